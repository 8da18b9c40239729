import ChangeLog
import Foundation
import Model
import Synchronization
import TestKit
import Testing

@Suite struct SignalTests {
    @Test func whatWasAnnouncedBeforeTheWaitEndsItAtOnce() {
        let signal = LogSignal()
        signal.announce(LogOffset(3))
        signal.announce(LogOffset(2))
        #expect(signal.wait(past: LogOffset(2), atMost: .seconds(60)) == .records)
        #expect(signal.wait(past: LogOffset(3), atMost: .milliseconds(1)) == .deadline)
        #expect(signal.wait(past: LogOffset(3), atMost: .seconds(-1)) == .deadline)
    }

    @Test func closingEndsEveryWait() {
        let signal = LogSignal()
        let thread = Thread { signal.close() }
        thread.start()
        #expect(signal.wait(past: .start, atMost: .seconds(60)) == .closed)
        #expect(signal.wait(past: .start, atMost: .seconds(60)) == .closed)
    }

    @Test func noWakeUpIsLostBetweenThreads() throws {
        let signal = LogSignal()
        let answer = LogSignal()
        let rounds: UInt64 = 5_000
        let thread = Thread {
            for number in 1...rounds {
                guard signal.wait(past: LogOffset(number - 1), atMost: .seconds(60)) == .records else {
                    return
                }
                answer.announce(LogOffset(number))
            }
        }
        thread.start()
        for number in 1...rounds {
            signal.announce(LogOffset(number))
            try #require(answer.wait(past: LogOffset(number - 1), atMost: .seconds(60)) == .records)
        }
    }

    @Test func aWaitingReaderGetsARecordOfItsOwnProcessAndOfAnother() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let reader = try fixture.log.reader(named: "apply")
        // The same file through another value: it shares no signal, as in another process.
        let stranger = try EmbeddedLog(path: fixture.log.path).observer()
        #expect(try stranger.waitForRecords(after: .start, atMost: .milliseconds(1)) == .deadline)
        _ = try writer.append([LogFixture.batch(1)], checkpoint: [])
        #expect(try reader.waitForRecords(after: .start, atMost: .seconds(60)) == .records)
        #expect(try stranger.waitForRecords(after: .start, atMost: .seconds(60)) == .records)
        fixture.log.signal.close()
        #expect(try reader.waitForRecords(after: LogOffset(1), atMost: .seconds(60)) == .closed)
    }
}
