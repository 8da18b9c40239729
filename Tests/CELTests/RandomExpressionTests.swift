import CEL
import Testing

/// Random expressions of the whole language: none crashes or hangs, and all ways to run one agree.
@Suite struct RandomExpressionTests {
    private let environment = Environment(variables: [
        Variable("n", .int), Variable("s", .string), Variable("d", .dyn), Variable("l", .list(.int)),
        Variable("m", .map(.string, .int)), Variable("w", .wrapper(.int)),
    ])

    private func values() throws -> [Value] {
        [
            .int(3), Value("žluť"), .double(1.5), Value([.int(1), .int(2), .int(3)]),
            .map(try MapValue([(Value("a"), .int(1)), (Value("b"), .int(2))])), .null,
        ]
    }

    @Test func checkedUncheckedAndPrintedExpressionsAgree() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = ExpressionGenerator(SplitMix(seed))
        let values = try values()
        var compiled = 0
        for _ in 0..<6000 {
            let source = generator.expression(depth: 4)
            guard let parsed = try? environment.parse(source) else { continue }
            let unchecked = outcome(try environment.program(unchecked: parsed), values)
            let printed = parsed.expression.description
            let again = try environment.program(unchecked: try environment.parse(printed))
            #expect(outcome(again, values) == unchecked, "seed \(seed): \(source) printed as \(printed)")
            guard let checked = try? environment.check(parsed) else { continue }
            compiled += 1
            let result = outcome(try environment.program(checked), values)
            #expect(result == unchecked, "seed \(seed): \(source)")
        }
        #expect(compiled > 300)
    }

    /// The result as text; all failures are alike.
    private func outcome(_ program: Program, _ values: [Value]) -> String {
        do throws(EvaluationError) {
            let value = try program.evaluate(ArrayBindings(values), limits: EvaluationLimits(steps: 20_000))
            return "\(value)"
        } catch {
            return "failed"
        }
    }
}

/// Writes random expressions that are mostly well-formed and often well-typed.
private struct ExpressionGenerator {
    private var random: SplitMix

    init(_ random: SplitMix) { self.random = random }

    private static let leaves = [
        "0", "1", "-1", "2u", "9223372036854775807", "-9223372036854775808", "1.5", "-0.0", "1e308", "'a'",
        "'žluť'", "''",
        "b'\\xff'", "true", "false", "null", "[]", "{}", "n", "s", "d", "l", "m", "w", "x", "int", "type",
        "'%s %d'",
        "timestamp('2024-02-29T23:59:59.5Z')", "duration('90m')", "'2024-01-01T00:00:00Z'", "optional.none()",
    ]
    private static let operators = [
        "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in",
    ]
    private static let functions = [
        "size", "int", "uint", "double", "string", "bytes", "bool", "type", "dyn", "timestamp", "duration",
        "math.abs",
        "math.greatest", "math.bitNot", "optional.of", "base64.encode", "strings.quote",
        "optional.ofNonZeroValue",
    ]
    private static let methods = [
        "size", "trim", "reverse", "upperAscii", "join", "hasValue", "value", "getHours", "getFullYear",
        "first",
    ]
    private static let methodsOfOne = [
        "contains", "startsWith", "matches", "split", "indexOf", "charAt", "substring", "orValue", "join",
        "format",
        "getHours", "lastIndexOf",
    ]

    private mutating func pick(_ words: [String]) -> String { words.randomElement(using: &random) ?? "" }

    mutating func expression(depth: Int) -> String {
        guard depth > 0 else { return pick(Self.leaves) }
        let next = depth - 1
        switch Int.random(in: 0..<16, using: &random) {
        case 0, 1, 2, 3:
            return "(\(expression(depth: next)) \(pick(Self.operators)) \(expression(depth: next)))"
        case 4:
            return "(\(expression(depth: next)) ? \(expression(depth: next)) : \(expression(depth: next)))"
        case 5: return pick(["!", "-"]) + expression(depth: next)
        case 6: return "[\(expression(depth: next)), \(expression(depth: next))]"
        case 7: return "{\(expression(depth: 0)): \(expression(depth: next))}"
        case 8: return "\(expression(depth: next))\(pick(["[", "[?"]))\(expression(depth: next))]"
        case 9: return "\(expression(depth: next))\(pick([".a", ".?a", ".`b c`"]))"
        case 10: return "has(\(expression(depth: next)).a)"
        case 11: return "\(pick(Self.functions))(\(expression(depth: next)))"
        case 12: return "\(expression(depth: next)).\(pick(Self.methods))()"
        case 13: return "\(expression(depth: next)).\(pick(Self.methodsOfOne))(\(expression(depth: next)))"
        case 14: return macro(next)
        default: return pick(Self.leaves)
        }
    }

    private mutating func macro(_ depth: Int) -> String {
        let range = pick(["l", "m", "[1, 'a', null]", expression(depth: depth)])
        let body = expression(depth: depth)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return "\(range).all(x, \(body))"
        case 1: return "\(range).exists(x, \(body))"
        case 2: return "\(range).exists_one(x, \(body))"
        case 3: return "\(range).map(x, \(body))"
        case 4: return "\(range).filter(x, \(body))"
        case 5: return "\(range).transformMap(x, y, \(body))"
        default: return "cel.bind(x, \(range), \(body))"
        }
    }
}
