import Foundation
import Synchronization

/// A thread that runs one thing to its end, and can be waited for.
final class WorkerThread: Sendable {
    private struct State {
        var isDone = false
        var failure: (any Error)?
    }

    /// The thread's name, for debuggers and messages.
    let name: String
    private let state = Mutex(State())
    private let done = DispatchSemaphore(value: 0)

    /// Starts a thread.
    init(_ name: String, _ body: @escaping @Sendable () throws -> Void) {
        self.name = name
        let thread = Thread { [self] in
            var failure: (any Error)?
            do {
                try body()
            } catch {
                failure = error
            }
            state.withLock { $0 = State(isDone: true, failure: failure) }
            done.signal()
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Whether the body has ended.
    var isDone: Bool { state.withLock(\.isDone) }

    /// What the body threw; nil while it runs and when it ended well.
    var failure: (any Error)? { state.withLock(\.failure) }

    /// Waits for the body to end.
    func join() {
        done.wait()
        done.signal()
    }
}
