import Capture
import ChangeLog
import Testing

@testable import Migration

@Suite struct LogProgressTests {
    /// History waits for the slowest context, and for none that has stopped.
    @Test func nobodyWaitsForAContextThatHasStopped() {
        let progress = LogProgress()
        progress.note(applied: LogOffset(10), by: "stopped")
        progress.note(applied: LogOffset(90), by: "alive")
        progress.note(end: LogOffset(100))
        #expect(progress.inputs().logRecords?.value == 90)
        progress.forget("stopped")
        #expect(progress.inputs().logRecords?.value == 10)
        progress.note(applied: LogOffset(11), by: "stopped")
        #expect(progress.inputs().logRecords?.value == 10)
        progress.forget("alive")
        #expect(progress.inputs().logRecords?.value == 0)
    }
}
