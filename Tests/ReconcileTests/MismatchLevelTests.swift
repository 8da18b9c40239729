import Plan
import Reconcile
import Testing

@Suite struct MismatchLevelTests {
    @Test(arguments: [
        (0, 1_000, MismatchLevel.Level.ok), (1, 1_000, .ok), (2, 1_000, .warn), (10, 1_000, .warn),
        (11, 1_000, .incident), (1_000, 1_000, .incident),
    ])
    func aShareAboveAThresholdPassesIt(_ differences: Int, _ compared: Int, _ level: MismatchLevel.Level) {
        let rules = CheckedReconciliation(warn: 0.001, incident: 0.01)
        let found = MismatchLevel("a", differences: differences, compared: compared, extra: 0, rules)
        #expect(found.level == level)
        #expect((found.threshold == nil) == (level == .ok))
    }

    @Test func whatOnlyTheServiceHasCountsOnBothSidesOfTheShare() {
        let rules = CheckedReconciliation(incident: 0.5)
        #expect(MismatchLevel("a", differences: 3, compared: 0, extra: 3, rules).share == 1)
        #expect(MismatchLevel("a", differences: 1, compared: 1, extra: 1, rules).level == .ok)
        #expect(MismatchLevel("a", differences: 0, compared: 0, extra: 0, rules).share == 0)
    }

    @Test func withoutThresholdsEverythingIsFine() {
        let found = MismatchLevel("a", differences: 9, compared: 9, extra: 0, CheckedReconciliation())
        #expect(found.level == .ok && found.share == 1)
        #expect(MismatchLevel.Level.ok < .warn && MismatchLevel.Level.warn < .incident)
    }

    /// A pass that could not judge enough calls nothing better than it was, and worse where that is sure.
    @Test func whatWasNotJudgedEndsNoAlarm() {
        let rules = CheckedReconciliation(warn: 0.001, incident: 0.01)
        func level(_ differences: Int, unjudged: Int) -> MismatchLevel {
            MismatchLevel(
                "a", differences: differences, compared: 1_000, extra: 0, unjudged: unjudged, rules)
        }
        let open = level(0, unjudged: 5)
        #expect(open.level == .ok && !open.isCertain)
        #expect(open.standing(after: .incident) == .incident && open.standing(after: nil) == .ok)
        #expect(level(2, unjudged: 900).standing(after: .ok) == .warn)
        #expect(level(11, unjudged: 900).isCertain)
        #expect(level(0, unjudged: 1).standing(after: .incident) == .ok)
    }
}
