import Foundation
import Glibc

/// Turns an interrupt or a request to end into a clean stop; a second one ends the process at once.
enum StopSignals {
    /// Calls `stop` when the process is asked to end. Must be called before other threads start, which inherit the mask.
    static func watch(_ stop: @escaping @Sendable () -> Void) {
        var wanted = Self.wanted
        // The calls read the local set.
        unsafe pthread_sigmask(SIG_BLOCK, &wanted, nil)
        // Whoever read the output may go away: the engine goes on, and writes fail instead of ending the process.
        unsafe signal(SIGPIPE, SIG_IGN)
        let thread = Thread {
            var wanted = Self.wanted
            var received: Int32 = 0
            var count = 0
            // The calls fill the local, and return one signal at a time.
            while unsafe sigwait(&wanted, &received) == 0 {
                count += 1
                // What is durable stays so: the next run goes on from there.
                guard count == 1 else { _exit(128 + received) }
                stop()
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
