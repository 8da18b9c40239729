import TestKit
import Testing

/// Histories of a captured application on a disk that loses what was not synced.
@Suite struct SQLiteSourcePowerLossTests {
    @Test func aStreamWhoseCapturedCommitsTheLegacyLostIsRefused() {
        var refused = 0
        var resumed = 0
        let failure = Histories.firstFailure(of: 60) { seed in
            var history = try LegacyHistory(seed: seed, habits: .init(syncs: false, isWAL: true))
            try history.run()
            refused += history.outcome.refused
            resumed += history.outcome.resumed
        }
        #expect(failure == nil)
        #expect(refused > 0 && resumed > 0, "\(refused) refused, \(resumed) resumed")
    }

    @Test(arguments: [true, false])
    func captureCostsTheApplicationNothingThatItHadSynced(isWAL: Bool) {
        let failure = Histories.firstFailure(of: 60) { seed in
            var history = try LegacyHistory(seed: seed, habits: .init(syncs: true, isWAL: isWAL))
            try history.run()
        }
        #expect(failure == nil)
    }
}
