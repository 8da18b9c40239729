import Apply
import Foundation
import Synchronization

/// A thread that does one piece of work at a time for the thread that owns it.
final class SideThread: SecondThread, Sendable {
    private struct State {
        var work: Box?
        var isBusy = false
        var isClosed = false
    }

    // The closure is given away under a lock, and whoever gave it waits before it touches what it uses.
    private struct Box: @unchecked Sendable {
        let run: () -> Void
    }

    private let state = Mutex(State())
    private let isWanted = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread, which waits for work.
    init(_ name: String) {
        let thread = Thread { [self] in
            while let work = next() {
                work.run()
                isDone.signal()
            }
            ended.signal()
        }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Starts a piece of work; what was started before is waited for.
    func start(_ work: @escaping () -> Void) {
        join()
        let box = Box(run: work)
        state.withLock {
            $0.work = box
            $0.isBusy = true
        }
        isWanted.signal()
    }

    /// Waits until what was started has ended.
    func join() {
        guard state.withLock(\.isBusy) else { return }
        isDone.wait()
        state.withLock { $0.isBusy = false }
    }

    /// Ends the thread and waits for it.
    func close() {
        join()
        state.withLock { $0.isClosed = true }
        isWanted.signal()
        ended.wait()
    }

    private func next() -> Box? {
        isWanted.wait()
        return state.withLock { state in
            defer { state.work = nil }
            return state.isClosed ? nil : state.work
        }
    }
}
