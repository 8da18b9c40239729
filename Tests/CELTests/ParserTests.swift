import CEL
import Testing

@Suite struct ParserTests {
    private func position(of name: String, in source: String) throws -> String? {
        var found: String?
        try Environment().parse(source).expression.walk { node in
            if case .identifier(name, _) = node.kind { found = node.position.description }
        }
        return found
    }

    @Test func countsLinesAndColumnsInScalars() throws {
        #expect(try position(of: "x", in: "'žluť' ==\n  x") == "2:3")
        #expect(try position(of: "x", in: "'\u{1F600}' == x") == "1:8")
        let offset = try Environment().parse("'é' == x").expression.children[1].position.offset
        #expect(offset == 8)
    }

    @Test func operatorsStandWhereTheyAreWritten() throws {
        let expression = try Environment().parse("a.b  + c(1)").expression
        #expect(expression.position.column == 6)
        #expect(expression.children[0].position.column == 3)
        #expect(expression.children[1].position.column == 8)
    }

    @Test(arguments: [
        ("1 +", "1:4: found the end of the expression, expected a value"),
        ("[1, 2", "1:6: found the end of the expression, expected ',' or ']'"),
        ("a b", "1:3: found 'b', expected an operator or the end"),
        ("'abc", "1:1: the string is not closed"),
        ("'a\\q'", "1:3: unknown escape '\\q'"),
        ("9223372036854775808", "1:1: the number does not fit in an int; write 'u' after it for a uint"),
        ("1 = 2", "1:3: unexpected character '='"),
        ("a.in", "1:3: found 'in', expected a field or function name after '.'"),
        ("x.all(1, true)", "1:7: all() takes the name of a variable here"),
        ("has(a)", "1:5: has() takes a field selection, as has(a.b)"),
        ("Name{a: 1}", "1:5: messages cannot be constructed; write a map"),
        ("while", "1:1: 'while' is a reserved word"),
        ("12ab", "1:1: a number may not be followed by a letter"),
        ("'\\ud800'", "1:2: the escape is no Unicode code point"),
    ])
    func saysWhereAndWhyATextIsNoExpression(source: String, message: String) {
        #expect(faults(source).map(\.description) == [message])
    }

    @Test func refusesTextsBeyondTheLimits() {
        var limits = SourceLimits()
        limits.bytes = 10
        #expect(faults("1 + 1 + 1 + 1", in: Environment(limits: limits)).map(\.code) == [.limit])
        limits = SourceLimits(nodes: 5)
        #expect(faults("[1, 2, 3, 4, 5, 6]", in: Environment(limits: limits)).map(\.code) == [.limit])
        let nested = String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
        #expect(faults(nested).map(\.code) == [.limit])
        #expect(faults(String(repeating: "!", count: 5000) + "true").map(\.code) == [.limit])
        #expect(faults("1" + String(repeating: " + 1", count: 5000)).map(\.code) == [.limit])
        #expect(faults("a" + String(repeating: ".a", count: 5000)).map(\.code) == [.limit])
        #expect(faults("true" + String(repeating: "?true:true", count: 3000)).map(\.code) == [.limit])
    }

    @Test func longChainsOfLogicAreShallow() throws {
        let source = "true" + String(repeating: " && true", count: 2000)
        #expect(try Environment().value(source).shown == "true")
    }

    @Test func randomTextsNeverCrashTheParser() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(seed)
        let pieces = [
            "a", "1", "'x'", "b'\\xff'", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "+", "-", "!",
            "&&", "||", "in",
            ".all(x, ", ".map(", "has(", " ", "\n", "\\", "\"", "0x", "1e", "u", "`", "é", "cel.bind(", "==",
            ".?", "[?",
        ]
        for _ in 0..<3000 {
            let source = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            guard let parsed = try? Environment().parse(source) else { continue }
            let printed = parsed.expression.description
            let again = try? Environment().parse(printed).expression.description
            #expect(again == printed, "seed \(seed), source \(source)")
        }
    }
}

/// A small generator that is the same for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
