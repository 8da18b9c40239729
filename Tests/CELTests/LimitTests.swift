import CEL
import Foundation
import TestKit
import Testing

/// Hostile and large expressions end soon: how long the work itself takes is measured in each test.
///
/// The tests' own time limit only ends one that hangs: it begins to run out before a test has a thread, which
/// on a small machine others may hold for minutes.
@Suite struct LimitTests {
    private static let digits = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"

    private static func nested(_ macro: String, _ depth: Int, _ body: String) -> String {
        (0..<depth).reversed().reduce(body) { "\(digits).\(macro)(x\($1), \($0))" }
    }

    private static func doubled(_ depth: Int, _ first: String, _ step: (String) -> String, _ last: String)
        -> String
    {
        (0..<depth).reversed().reduce(last) { body, level in
            "cel.bind(v\(level), \(level == 0 ? first : step("v\(level - 1)")), \(body))"
        }
    }

    static let hostile: [String] = [
        nested("all", 12, "true"),
        nested("map", 9, "1"),
        nested("exists", 12, "1 / 0 == 1"),
        "(" + nested("all", 12, "true") + ") || true",
        doubled(60, "'aaaaaaaaaaaaaaaa'", { "\($0) + \($0)" }, "v59"),
        doubled(60, "[1, 2]", { "\($0) + \($0)" }, "v59"),
        doubled(60, "[1, 2]", { "[\($0), \($0), \($0)]" }, "v59"),
        doubled(60, "[1, 2]", { "[\($0), \($0), \($0)]" }, "v59 == v59"),
        doubled(60, "[1, 2]", { "[\($0), \($0), \($0)]" }, "'%s'.format([v59])"),
        doubled(40, "'aaaaaaaaaaaaaaaa'", { "\($0).replace('a', \($0))" }, "v39"),
        doubled(40, "['aaaaaaaaaaaaaaaa', 'b']", { "\($0).map(x, \($0).join(x))" }, "v39"),
        nested("map", 4, "'\(String(repeating: "a", count: 2000))'.matches('(a|aa)+$' + string(x3))"),
        nested("exists", 5, "'\(String(repeating: "a", count: 9000))'.contains('aab' + string(x4))"),
        "'%.1000f%.1000f'.format([" + nested("map", 6, "1.0") + ", 1.0])",
    ]

    @Test(.timeLimit(.minutes(30 * Patience.factor)), arguments: hostile)
    func aHostileExpressionEndsWithAnErrorSoon(source: String) throws {
        let program = try Environment().compile(source)
        var code: EvaluationError.Code?
        let elapsed = computing { code = evaluationCode { _ = try program.evaluate(ArrayBindings()) } }
        #expect(code == .limitExceeded)
        #expect(elapsed < .seconds(10 * Patience.factor))
    }

    @Test(.timeLimit(.minutes(30 * Patience.factor)))
    func theLargestExpressionIsCheckedSoon() throws {
        let lists = "size([" + Array(repeating: "[]", count: 9000).joined(separator: ", ") + "]) == 9000"
        let sums = Array(repeating: "[1] == [2]", count: 1600).joined(separator: " || ") + " || true"
        for source in [lists, sums] {
            var result: String?
            let elapsed = try computing { result = try Environment().value(source).shown }
            #expect(result == "true")
            #expect(elapsed < .seconds(10 * Patience.factor))
        }
    }

    @Test func smallWorkFitsASmallBudget() throws {
        let source = "[1, 2, 3].map(x, x * 2).exists(x, x == 4)"
        #expect(try Environment().value(source, limits: EvaluationLimits(steps: 40)).shown == "true")
        #expect(
            evaluationCode { _ = try Environment().value(source, limits: EvaluationLimits(steps: 4)) }
                == .limitExceeded)
    }

    @Test func anEvaluationAtTheDepthLimitNeedsLittleStack() throws {
        let depth = SourceLimits().depth - 8
        let sources = [
            String(repeating: "(", count: depth) + "1" + String(repeating: ")", count: depth),
            String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth),
            String(repeating: "-(", count: depth) + "1" + String(repeating: ")", count: depth),
            String(repeating: "true ? 1 : ", count: depth) + "2",
            (0..<depth).reduce("1") { body, level in "[1].map(x\(level), \(body))" },
            "1" + String(repeating: " + 1", count: depth),
            String(repeating: "string(", count: depth) + "'a'" + String(repeating: ")", count: depth),
        ]
        for source in sources {
            let outcome = Outcome()
            let thread = Thread {
                outcome.set((try? Environment().value(source)) != nil)
            }
            thread.stackSize = 2 << 20
            thread.start()
            #expect(outcome.wait(), "\(source.prefix(20))")
        }
    }
}

/// The result of a thread's work.
private final class Outcome: @unchecked Sendable {
    // Unchecked: the condition guards the result.
    private let condition = NSCondition()
    private var result: Bool?

    func set(_ value: Bool) {
        condition.withLock {
            result = value
            condition.signal()
        }
    }

    func wait() -> Bool {
        condition.withLock {
            while result == nil { condition.wait() }
            return result == true
        }
    }
}
