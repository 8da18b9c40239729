import Foundation
import Synchronization

/// The two ends that other threads hold of a running capture: what it shows, and what it is asked to do.
public final class CaptureControl: Sendable {
    private struct State {
        var status = CaptureStatus()
        var isStopping = false
        var isPaused = false
    }

    private let state = Mutex(State())
    /// Wakes a capture that naps; every signal is sent under it, so that none is lost.
    private let bell = NSCondition()

    /// A control for one capture.
    public init() {}

    /// A snapshot of the capture's state.
    public var status: CaptureStatus { state.withLock(\.status) }

    /// Asks the capture to stop after the append under way.
    public func stop() {
        state.withLock { $0.isStopping = true }
        ring()
    }

    /// Holds back history, or lets it go on; the stream of changes always flows.
    public func pauseBackfill(_ isPaused: Bool) {
        state.withLock { $0.isPaused = isPaused }
        ring()
    }

    /// Whether the capture was asked to stop.
    var isStopping: Bool { state.withLock(\.isStopping) }

    /// Whether history is held back.
    var isPaused: Bool { state.withLock(\.isPaused) }

    /// Changes what the capture shows.
    func publish(_ change: (inout CaptureStatus) -> Void) {
        state.withLock { change(&$0.status) }
    }

    /// Wakes whoever naps.
    func ring() {
        bell.lock()
        bell.broadcast()
        bell.unlock()
    }

    /// Sleeps until something rings, `isAwake` holds, or the time is over.
    func nap(_ duration: Duration, unless isAwake: () -> Bool = { false }) {
        let deadline = Date(timeIntervalSinceNow: duration / .seconds(1))
        bell.lock()
        defer { bell.unlock() }
        if isAwake() || isStopping { return }
        // Woken too early, the capture merely looks once more than it had to.
        _ = bell.wait(until: deadline)
    }
}
