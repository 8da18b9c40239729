import TestKit
import Testing

@Suite struct ManualClockTests {
    @Test func wakesSleepersInOrderOnlyWhenMoved() async throws {
        let clock = ManualClock()
        let start = clock.microseconds
        try await withThrowingTaskGroup(of: Int.self) { group in
            for seconds in [1, 2] {
                group.addTask {
                    try await clock.pass(.seconds(seconds))
                    return seconds
                }
            }
            try await eventually("two sleepers") { clock.sleeperCount == 2 }
            clock.advance(by: .seconds(1))
            #expect(try await group.next() == 1)
            #expect(clock.sleeperCount == 1)
            clock.advance(by: .seconds(1))
            #expect(try await group.next() == 2)
        }
        #expect(clock.microseconds == start + 2_000_000)
    }

    @Test func aCancelledSleeperWakesWithAnError() async throws {
        let clock = ManualClock()
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await clock.pass(.seconds(1)) }
                try await eventually("a sleeper") { clock.sleeperCount == 1 }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(clock.sleeperCount == 0)
    }

    @Test func aJumpOfTheCalendarLeavesTheClockAlone() {
        let clock = ManualClock(microseconds: 5)
        let before = clock.now
        clock.jump(by: .seconds(-1))
        #expect(clock.microseconds == 5 - 1_000_000)
        #expect(clock.now == before)
    }

    @Test func theSameSeedGivesTheSameSequence() {
        var one = SplitMix64(seed: 0)
        var other = SplitMix64(seed: 0)
        #expect(one.next() == 0xE220_A839_7B1D_CDAF)
        #expect(other.next() == 0xE220_A839_7B1D_CDAF)
        #expect(one.bytes(9) == other.bytes(9))
    }

    @Test func waitingForWhatNeverHappensEnds() {
        #expect(throws: DeadlinePassed.self) { try waitUntil(within: .milliseconds(5)) { false } }
    }
}
