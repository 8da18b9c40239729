import Foundation
import Synchronization

/// Work on a thread of its own, for tests of what waits for what.
package final class TestWork: Sendable {
    private let outcome = Mutex<(any Error)?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    /// Starts the work; what it captures belongs to it alone until it has ended.
    package init(_ body: sending @escaping () throws -> Void) {
        // The thread alone runs the body, once.
        nonisolated(unsafe) let body = body
        let thread = Thread { [self] in
            do {
                try unsafe body()
            } catch {
                outcome.withLock { $0 = error }
            }
            isDone.signal()
        }
        thread.start()
    }

    /// Waits until it has ended; throws what it threw.
    package func join() throws {
        isDone.wait()
        if let error = outcome.withLock({ $0 }) { throw error }
    }
}
