import PowerLoss
import SQLite
import TestKit
import Testing

/// Histories of a captured application on a disk that loses what was not synced.
@Suite struct SQLiteSourcePowerLossTests {
    @Test func aStreamWhoseCapturedCommitsTheLegacyLostIsRefused() {
        var refused = 0
        var overgrown = 0
        var resumed = 0
        let failure = Histories.firstFailure(of: 60) { seed in
            var history = try LegacyHistory(seed: seed, habits: .init(syncs: false, isWAL: true))
            try history.run()
            refused += history.outcome.refused
            overgrown += history.outcome.overgrown
            resumed += history.outcome.resumed
        }
        #expect(failure == nil)
        #expect(
            refused > overgrown && overgrown > 0 && resumed > 0,
            "\(refused) refused, \(overgrown) of them overgrown, \(resumed) resumed")
    }

    @Test(arguments: [true, false])
    func captureCostsTheApplicationNothingThatItHadSynced(isWAL: Bool) {
        let failure = Histories.firstFailure(of: 60) { seed in
            var history = try LegacyHistory(seed: seed, habits: .init(syncs: true, isWAL: isWAL))
            try history.run()
        }
        #expect(failure == nil)
    }

    @Test(arguments: [true, false])
    func aTrimmerThatDoesNotSyncIsCaught(isWAL: Bool) throws {
        let count = try Histories.countUntilCaught(1_500) { seed in
            let habits = LegacyHistory.Habits(syncs: true, isWAL: isWAL, trimsUnsynced: true)
            var history = try LegacyHistory(seed: seed, habits: habits)
            do {
                try history.run()
            } catch let error as SQLiteError where error.isDamaged {
                // The application itself meets what the trimmer did to its file.
                throw ExamFailure("the application's file is damaged: \(error)")
            }
        }
        #expect(count != nil, "a trimmer without syncs was not caught")
    }
}
