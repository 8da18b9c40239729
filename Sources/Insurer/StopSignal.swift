import Glibc
import Synchronization

/// Tells a process of the demo when to stop: SIGTERM, SIGINT, or a file that appears.
package enum StopSignal {
    private static let isRaised = Atomic<Bool>(false)

    /// From now on SIGTERM and SIGINT ask for a stop instead of ending the process.
    package static func listen() {
        // The handlers store to an atomic and do nothing else, which is safe inside a signal.
        _ = signal(SIGTERM) { _ in StopSignal.raise() }
        _ = signal(SIGINT) { _ in StopSignal.raise() }
        // A process inherits what the thread that started it had blocked.
        var signals = sigset_t()
        // The set is local, filled here and only read by the last call.
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Asks for a stop.
    package static func raise() { isRaised.store(true, ordering: .relaxed) }

    /// Whether a stop was asked for, by a signal or by the presence of a file.
    package static func isRaised(orFileAt path: String? = nil) -> Bool {
        if isRaised.load(ordering: .relaxed) { return true }
        guard let path else { return false }
        // The path lives through the call, which keeps no pointer to it.
        return unsafe access(path, F_OK) == 0
    }
}
