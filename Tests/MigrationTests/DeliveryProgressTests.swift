import ChangeLog
import Testing

@testable import Migration

@Suite struct DeliveryProgressTests {
    @Test func aStepThatSeesTheEndHasDeliveredWhatWasApplied() {
        var progress = DeliveryProgress()
        #expect(progress.note(3, of: 10, applied: LogOffset(7), delivered: 3) { 3 } == LogOffset(7))
        #expect(progress.note(0, of: 10, applied: nil, delivered: 3) { 3 } == nil)
    }

    /// Every step is full, and there is always more: what had been applied is delivered all the same.
    @Test func aSinkThatNeverCatchesUpGetsOn() {
        var progress = DeliveryProgress()
        #expect(progress.note(10, of: 10, applied: LogOffset(5), delivered: 10) { 25 } == nil)
        #expect(progress.note(10, of: 10, applied: LogOffset(6), delivered: 20) { 100 } == nil)
        #expect(progress.note(10, of: 10, applied: LogOffset(7), delivered: 30) { 200 } == LogOffset(5))
        #expect(progress.note(10, of: 10, applied: LogOffset(8), delivered: 40) { 300 } == nil)
    }
}
