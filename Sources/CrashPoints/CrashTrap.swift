import Foundation
import Synchronization

/// Whether this process was ordered to do something to itself: all that a crash point looks at while it was
/// not.
private let isArmed = Atomic<Bool>(false)

/// Marks a place where the process can be made to die, to fail, to wait or to stop.
///
/// Costs one load, and does nothing, unless the process was started with an order for this point.
///
/// - Parameters:
///   - point: The place.
///   - failure: The kind of error that the place throws when it is told to fail.
/// - Throws: That error, when an order says so.
package func crashPoint<Failure: CrashFailure>(_ point: CrashPoint, as failure: Failure.Type) throws {
    guard isArmed.load(ordering: .relaxed) else { return }
    if CrashTrap.visit(point) == .error { throw failure.ordered(at: point) }
}

/// The order that the process carries, and how often its point was visited.
package enum CrashTrap {
    private static let order = Mutex<CrashOrder?>(nil)
    private static let visits = Atomic<Int>(0)

    /// Takes the order of the environment; does nothing without one. Called once, before threads start.
    ///
    /// - Throws: `CrashOrderError` when the order cannot be read.
    package static func arm(from environment: [String: String]) throws(CrashOrderError) {
        guard let text = environment[CrashOrder.variable] else { return }
        let read = try CrashOrder(text)
        order.withLock { $0 = read }
        isArmed.store(true, ordering: .relaxed)
    }

    /// Counts a visit, and acts when it is the one that was ordered.
    ///
    /// - Returns: The action that was ordered here; nil when nothing was.
    static func visit(_ point: CrashPoint) -> CrashAction? {
        guard let order = order.withLock(\.self), order.point == point,
            visits.add(1, ordering: .relaxed).newValue == order.hit
        else { return nil }
        say("banyan: crash point \(order)\n")
        switch order.action {
        case .kill:
            // The thread that sends it does not come back from the call.
            kill(getpid(), SIGKILL)
        case .stop:
            // To this thread, which then goes no further: another one might take a while to notice.
            raise(SIGSTOP)
        case .delay(let milliseconds):
            Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
        case .error:
            break
        }
        return order.action
    }

    /// Tells whoever started the process that the point was reached.
    private static func say(_ text: String) {
        let bytes = Array(text.utf8)
        // One write, so that the line is there whole; the array outlives the call, which can only fail when
        // nobody listens.
        _ = unsafe write(2, bytes, bytes.count)
    }
}
