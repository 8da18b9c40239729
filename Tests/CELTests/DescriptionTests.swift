import CEL
import Testing

@Suite struct DescriptionTests {
    @Test(arguments: [
        ("1+2*3", "1 + 2 * 3"), ("(1+2)*3", "(1 + 2) * 3"), ("1-(2-3)", "1 - (2 - 3)"),
        ("(1-2)-3", "1 - 2 - 3"),
        ("a&&(b||c)", "a && (b || c)"), ("a && (b && c)", "a && b && c"), ("-(5)", "-(5)"), ("-5", "-5"),
        ("- -5", "-(-5)"), ("!(a == b)", "!(a == b)"), ("(a ? b : c) ? d : e", "(a ? b : c) ? d : e"),
        ("a ? b : (c ? d : e)", "a ? b : c ? d : e"), ("x.`a-b`.c", "x.`a-b`.c"),
        ("x.`Straße \"🌳\"`", "x.`Straße \"🌳\"`"),
        ("x.`a``b`.`c`", "x.`a``b`.c"), ("x.`a``\u{301}`.c", "x.`a``\u{301}`.c"), ("a[?0].?b", "a[?0].?b"),
        ("{?'k':a, 1u:[?b,]}", "{?'k': a, 1u: [?b]}"), ("r'\\d'", "'\\\\d'"),
        ("b'\\xff\\'a'", "b'\\xff\\'a'"),
        ("x.exists_one(e, e>1)", "x.exists_one(e, e > 1)"),
        ("x.transformList(i,v,i>0,v)", "x.transformList(i, v, i > 0, v)"),
        ("cel.bind(a, 1, a+a)", "cel.bind(a, 1, a + a)"), ("a.optFlatMap(x, x.?y)", "a.optFlatMap(x, x.?y)"),
        (".a.b(.c())", ".a.b(.c())"), ("(a + b).size()", "(a + b).size()"), ("has(a.b.c)", "has(a.b.c)"),
        ("(a in b) in c", "a in b in c"), ("a in (b in c)", "a in (b in c)"), ("1e400", "1e999"),
        ("1.0", "1.0"), ("-(1.f)", "-(1.f)"), ("-1.f", "-1.f"), ("--0.f", "-(0.f)"), ("-(2[0])", "-(2[0])"),
        ("-(3.f().g)", "-(3.f().g)"), ("-(4.all(e, e))", "-(4.all(e, e))"), ("-(a.f)", "-a.f"),
    ])
    func printsTheNormalForm(source: String, printed: String) throws {
        let environment = Environment()
        #expect(try environment.parse(source).expression.description == printed)
        #expect(try environment.parse(printed).expression.description == printed)
    }
}
