import Glibc

/// Wakes the readers of a log in the process that writes it.
///
/// What is waited for is a state, never an edge: `announce` raises the end, `wait` returns at once when the
/// end is already past what the caller has. No wake-up can be lost between looking and waiting.
@safe public final class LogSignal: @unchecked Sendable {
    /// Why a wait ended.
    public enum Wake: Sendable, Equatable {
        /// The log has records past the offset waited for.
        case records
        /// The deadline passed.
        case deadline
        /// The signal was closed: no wait waits any more.
        case closed
    }

    // Sendable holds because `end` and `isClosed` are touched only under `mutex`, and the pointers never
    // change.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var end = LogOffset.start
    private var isClosed = false

    /// A signal at `.start`.
    public init() {
        // Both are initialized here, before anyone can see them, and freed only in deinit, when nobody can
        // wait any more.
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Raises the end to `offset` and wakes every waiter; a lower offset changes nothing.
    public func announce(_ offset: LogOffset) {
        locked {
            guard offset > end else { return }
            end = offset
            // Called under the mutex: a waiter either sees the new end or is already waiting.
            unsafe pthread_cond_broadcast(condition)
        }
    }

    /// Ends every present and future wait, for shutting down.
    public func close() {
        locked {
            isClosed = true
            unsafe pthread_cond_broadcast(condition)
        }
    }

    /// Waits until a record after `offset` has been announced, at most for `limit`.
    public func wait(past offset: LogOffset, atMost limit: Duration) -> Wake {
        var deadline = timespec()
        // The call fills the local structure.
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let parts = max(limit, .zero).components
        let nanoseconds = deadline.tv_nsec + Int(parts.attoseconds / 1_000_000_000)
        // A limit beyond any clock waits as long as the clock can say.
        let seconds = min(parts.seconds, 1 << 40)
        deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        return locked {
            while true {
                if isClosed { return .closed }
                if end > offset { return .records }
                // The mutex is held; the condition may wake for no reason, so the state is looked at again.
                if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                    return isClosed ? .closed : end > offset ? .records : .deadline
                }
            }
        }
    }

    private func locked<T>(_ body: () -> T) -> T {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }
}
