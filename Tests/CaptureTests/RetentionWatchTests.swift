import Model
import Testing

@testable import Capture

/// What is done about a source that keeps more than it may.
@Suite struct RetentionWatchTests {
    private let source = KeepingSource()
    private let control = CaptureControl()

    private func watch(_ action: RetentionBudget.Action) -> RetentionWatch {
        RetentionWatch(
            budget: RetentionBudget(bytes: 100, action: action), grace: .seconds(60), control: control)
    }

    /// What the watch throws when the source keeps these many bytes at these seconds.
    private func look(_ watch: RetentionWatch, _ samples: [(seconds: Int, bytes: Int)]) -> CaptureError? {
        for (seconds, bytes) in samples {
            source.kept = bytes
            do {
                try watch.look(at: .seconds(seconds)) { source }
            } catch {
                return error as? CaptureError
            }
        }
        return nil
    }

    @Test func aSourceThatKeepsTooMuchForTooLongIsToldToForget() {
        let watch = watch(.release)
        #expect(look(watch, [(0, 90), (10, 101), (40, 150), (69, 160)]) == nil)
        #expect(source.releases == 0 && control.status.retentionBudgetIn == .zero)
        let error = look(watch, [(70, 160)])
        #expect(error?.code == .gap && error?.recovery == .resnapshot && source.releases == 1)
        #expect(error?.message.contains("160 bytes") ?? false)
        #expect(error?.hint.contains("process 7 kept it from forgetting") ?? false)
        // Nothing is kept any more.
        #expect(control.status.retention == nil && control.status.retentionBudgetIn == nil)
    }

    @Test func aCaptureThatWorksItOffGoesOn() {
        let watch = watch(.release)
        // What came to be while nobody read, getting less at each look and not always.
        #expect(look(watch, (0...40).map { ($0 * 10, 1_000 - $0 * 20 + ($0 % 3) * 5) }) == nil)
        #expect(source.releases == 0)
    }

    @Test func whatWasTooMuchForAMomentIsForgotten() {
        let watch = watch(.release)
        #expect(look(watch, (0...40).map { ($0 * 10, $0 % 6 == 0 ? 50 : 200) }) == nil)
        #expect(source.releases == 0)
    }

    @Test func aPlanThatWarnsLosesNothing() {
        #expect(look(watch(.warn), (0...100).map { ($0 * 10, 200 + $0) }) == nil)
        #expect(source.releases == 0)
        #expect(control.status.retentionBudget?.action == .warn && control.status.retentionBudgetIn == .zero)
    }

    @Test func aSourceThatCannotForgetNowIsToldAgain() {
        let watch = watch(.release)
        source.isRefusing = true
        #expect(look(watch, [(0, 200), (60, 200)])?.code == .unavailable)
        source.isRefusing = false
        #expect(look(watch, [(61, 200)])?.code == .gap)
        #expect(source.releases == 1)
    }

    @Test func theEndOfTheRoomIsForetold() {
        #expect(look(watch(.warn), (0...3).map { ($0 * 10, $0 * 10) }) == nil)
        #expect(control.status.retentionGrowth == 1 && control.status.retentionBudgetIn == .seconds(70))
    }
}
