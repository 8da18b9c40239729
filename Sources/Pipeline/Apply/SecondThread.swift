/// A thread beside the one that applies, for one piece of work at a time.
public protocol SecondThread: AnyObject {
    /// Starts a piece of work. Until `join` has returned, nobody else touches what it uses.
    func start(_ work: @escaping () -> Void)

    /// Waits until what was started has ended; returns at once when nothing was.
    func join()
}
