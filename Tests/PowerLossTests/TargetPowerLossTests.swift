import PowerLoss
import TestKit
import Testing

/// Histories of the service's store on a disk that loses what was not synced.
@Suite struct TargetPowerLossTests {
    @Test func ledgerAndRowsAreThoseOfOneMomentAtOrAfterTheLastAcknowledgement() {
        let failure = Histories.firstFailure(of: 250) { seed in
            var history = try TargetHistory(seed: seed)
            try history.run()
        }
        #expect(failure == nil)
    }

    @Test func aStoreThatDoesNotSyncIsCaught() throws {
        let count = try Histories.countUntilCaught(300) { seed in
            var history = try TargetHistory(seed: seed, syncs: false)
            try history.run()
        }
        #expect(count != nil, "a store without syncs was not caught")
    }
}
