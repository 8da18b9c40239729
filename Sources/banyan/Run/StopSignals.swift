import Foundation
import Glibc

/// Turns an interrupt or a request to end into a clean stop; a second one ends the process at once.
enum StopSignals {
    /// Supervisors send one request twice, to the process and to its group; only a later one is meant as a
    /// second.
    private static let repeatedAfter = Duration.seconds(1)

    /// Calls `stop` when the process is asked to end. Must be called before other threads start, which
    /// inherit the mask.
    static func watch(_ stop: @escaping @Sendable () -> Void) {
        var wanted = Self.wanted
        // The calls read the local set.
        unsafe pthread_sigmask(SIG_BLOCK, &wanted, nil)
        // Whoever read the output may go away: the engine goes on, and writes fail instead of ending the
        // process.
        signal(SIGPIPE, SIG_IGN)
        let thread = Thread {
            var wanted = Self.wanted
            var received: Int32 = 0
            var first: ContinuousClock.Instant?
            // The calls fill the local, and return one signal at a time.
            while unsafe sigwait(&wanted, &received) == 0 {
                if let first, ContinuousClock.now - first > repeatedAfter {
                    // What is durable stays so: the next run goes on from there.
                    _exit(128 + received)
                }
                if first == nil { stop() }
                first = first ?? .now
            }
        }
        thread.name = "signals"
        thread.start()
    }

    private static var wanted: sigset_t {
        var set = sigset_t()
        // The calls fill the local set.
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        return set
    }
}
