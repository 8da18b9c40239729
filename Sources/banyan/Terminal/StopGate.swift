import Foundation
import Synchronization

/// Waits between two rounds of work, until it is time or somebody asks for an end.
final class StopGate: Sendable {
    private let closed = Atomic(false)
    private let condition = NSCondition()

    /// Whether somebody has asked for an end.
    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Asks for an end.
    func close() {
        condition.withLock {
            closed.store(true, ordering: .releasing)
            condition.broadcast()
        }
    }

    /// Waits so long, or until the gate is closed.
    ///
    /// - Returns: Whether it is open still.
    func wait(seconds: Int) -> Bool {
        let deadline = Date(timeIntervalSinceNow: Double(seconds))
        return condition.withLock {
            while !isClosed, condition.wait(until: deadline) {}
            return !isClosed
        }
    }
}
