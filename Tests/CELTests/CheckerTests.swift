import CEL
import Testing

@Suite struct CheckerTests {
    private let environment = Environment(variables: [
        Variable(
            "v",
            .record(
                RecordType(
                    name: "policy_version",
                    fields: [
                        RecordType.Field("status", .string), RecordType.Field("reason_cd", .wrapper(.string)),
                        RecordType.Field("amount", .int), RecordType.Field("limit", .wrapper(.int)),
                    ]))),
        Variable("rate", .double),
        Variable("tags", .list(.string)),
        Variable("lag.seconds", .int),
    ])

    @Test(arguments: [
        ("v.reson_cd == 'A'", "1:3: 'policy_version' has no field 'reson_cd'; did you mean 'reason_cd'?"),
        ("amout > 1", "1:1: unknown name 'amout'"),
        ("rat > 1.0", "1:1: unknown name 'rat'; did you mean 'rate'?"),
        ("v.status.startWith('A')", "1:10: unknown function 'startWith'; did you mean 'startsWith'?"),
        ("lag.secnds < 5", "1:5: unknown name 'lag.secnds'; did you mean 'lag.seconds'?"),
        ("math.greates(1, 2)", "1:6: unknown function 'math.greates'; did you mean 'math.greatest'?"),
        ("v.status && true", "1:10: operator && does not take (string, bool); it takes (bool, bool)"),
        (
            "size(v.status, 1)",
            "1:1: size does not take (string, int); it takes (string) or (bytes) or (list(A)) or (map(A, B))"
        ),
        ("v.amount ? 1 : 2", "1:3: the condition of '?:' must be bool, found int"),
        ("true ? 1 : 'a'", "1:12: the branches of '?:' differ: int and string"),
        ("tags['a']", "1:6: a list is indexed by int, found string"),
        ("rate.x", "1:6: a value of type double has no fields"),
        ("rate.all(x, true)", "1:1: a macro runs over a list or map, found double"),
        ("startsWith(v.status, 'a')", "1:1: 'startsWith' is called as x.startsWith()"),
        ("v.status.matches('(')", "1:18: the pattern is not valid: missing ): ("),
        (
            "timestamp('2020-01-01T00:00:00Z').getHours('Nowhere/Atall')",
            "1:44: unknown time zone 'Nowhere/Atall'"
        ),
        ("{1.5: 2}", "1:2: a map key is a bool, int, uint or string, not double"),
        ("math.least('a')", "1:12: numbers are compared here, found string"),
    ])
    func namesTheFaultItsPlaceAndTheNearestName(source: String, message: String) {
        #expect(faults(source, in: environment).map(\.description) == [message])
    }

    @Test func reportsEveryFaultInSourceOrder() {
        let found = faults("v.stat == 'A' &&\n  v.amount + 'x' > 1 && nope(2)", in: environment)
        #expect(found.map(\.position.description) == ["1:3", "2:12", "2:25"])
        #expect(found.map(\.code) == [.unknownField, .noSuchOverload, .unknownFunction])
        #expect(found[1].found == "(int, string)")
    }

    @Test func nullableColumnsCompareWithNullAndStandForTheirType() throws {
        #expect(
            faults("v.reason_cd == null || v.reason_cd == 'A' || v.reason_cd.size() > 3", in: environment)
                .isEmpty)
        #expect(faults("v.status == null", in: environment).map(\.code) == [.noSuchOverload])
        #expect(try environment.compile("v.limit + 1").type == .int)
        #expect(try environment.compile("true ? null : v.amount").type == .wrapper(.int))
    }

    @Test func aNullableResultDoesNotDoWhereAValueIsNeeded() throws {
        #expect(faults("v.limit", in: environment, expecting: .wrapper(.int)).isEmpty)
        #expect(faults("v.amount", in: environment, expecting: .wrapper(.int)).isEmpty)
        #expect(
            faults("v.limit", in: environment, expecting: .int).map(\.description)
                == ["1:3: the expression is wrapper(int), needed is int"])
    }

    @Test func listsTheColumnsAnExpressionReads() throws {
        let program = try environment.compile("v.amount > 1 && has(v.reason_cd) && rate > 0.5")
        #expect(program.fields.map(\.name) == ["amount", "reason_cd"])
        #expect(program.fields.map(\.slot) == [0, 0])
        #expect(program.slots == [0, 1])
    }

    @Test func tellsTypesAndMeaningsOfNodes() throws {
        let checked = try environment.check(try environment.parse("v.amount + 1"))
        let field = checked.expression.children[0]
        #expect(checked.type(of: field) == .int)
        guard case .field(index: 2, slot: 0)? = checked.reference(of: field) else {
            Issue.record("the field is not resolved")
            return
        }
        guard case .function(let overloads)? = checked.reference(of: checked.expression) else {
            Issue.record("the operator is not resolved")
            return
        }
        #expect(overloads.map(\.id) == ["add_int"])
    }

    @Test func parsesTypesAsItPrintsThem() {
        for text in [
            "map(string, list(int))", "optional_type(dyn)", "wrapper(double)", "tuple(int, timestamp)",
            "type",
        ] {
            #expect(CELType(text)?.description == text)
        }
        #expect(CELType("list(") == nil)
    }
}
