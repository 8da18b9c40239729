import Apply

/// A thread that does one piece of work at a time for the thread that owns this: one for each piece, which is
/// nothing beside a portion of a log.
final class SideThread: SecondThread {
    // The closure is handed to a thread that is new, and whoever gave it joins that thread before it touches
    // what it uses.
    private struct Box: @unchecked Sendable {
        let run: () -> Void
    }

    private let name: String
    private var thread: WorkerThread?

    /// Names the threads that will be started.
    init(_ name: String) {
        self.name = name
    }

    /// Starts a piece of work; what was started before is waited for.
    func start(_ work: @escaping () -> Void) {
        join()
        let box = Box(run: work)
        thread = WorkerThread(name) { box.run() }
    }

    /// Waits until what was started has ended.
    func join() {
        thread?.join()
        thread = nil
    }
}
