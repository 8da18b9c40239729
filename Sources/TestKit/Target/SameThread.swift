public import Apply

/// No second thread: what is started is done at once, in its own order, so that a history can be told again.
public final class SameThread: SecondThread {
    /// How often something was started.
    public private(set) var count = 0

    /// Makes one.
    public init() {}

    /// Does the work.
    public func start(_ work: @escaping () -> Void) {
        count += 1
        work()
    }

    /// Returns: there is nothing to wait for.
    public func join() {}
}
