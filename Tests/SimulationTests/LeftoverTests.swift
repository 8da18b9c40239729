import TestKit
import Testing

@testable import Simulation

/// What a history leaves in memory when it has ended.
@Suite struct LeftoverTests {
    /// A million histories run in the memory of one.
    @Test func aHistoryLeavesNothingBehind() {
        var left: [UInt64] = []
        for seed in 1...UInt64(300 / Patience.factor) where isLeft(seed) { left.append(seed) }
        #expect(left.isEmpty, "seeds whose world is still there")
    }

    private func isLeft(_ seed: UInt64) -> Bool {
        weak var world: World?
        do {
            let history = History(seed: seed)
            world = history.world
            _ = history.run()
        }
        return world != nil
    }
}
