import Dispatch
import Synchronization

/// Waits between two rounds of work, until it is time or somebody asks for an end.
final class StopGate: Sendable {
    private let closed = Atomic(false)
    private let bell = DispatchSemaphore(value: 0)

    /// Whether somebody has asked for an end.
    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Asks for an end.
    func close() {
        closed.store(true, ordering: .releasing)
        bell.signal()
    }

    /// Waits so long, or until the gate is closed.
    ///
    /// - Returns: Whether it is open still.
    func wait(seconds: Int) -> Bool {
        _ = bell.wait(timeout: .now() + .seconds(seconds))
        return !isClosed
    }
}
