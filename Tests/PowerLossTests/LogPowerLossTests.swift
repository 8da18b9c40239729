import PowerLoss
import TestKit
import Testing

/// Histories of the embedded log on a disk that loses what was not synced.
@Suite struct LogPowerLossTests {
    @Test func whatWasAcknowledgedIsThereAndWhatWasNotIsThereWholeOrNotAtAll() {
        let failure = Histories.firstFailure(of: 300) { seed in
            var history = try LogHistory(seed: seed)
            try history.run()
        }
        #expect(failure == nil)
    }

    @Test(arguments: [LogHistory.Flaw.syncsNothing, .syncsNoNames, .diskLies])
    func aLogThatDoesNotSyncIsCaught(flaw: LogHistory.Flaw) throws {
        let count = try Histories.countUntilCaught(300) { seed in
            var history = try LogHistory(seed: seed, flaw: flaw)
            try history.run()
        }
        #expect(count != nil, "\(flaw) was not caught")
    }
}
