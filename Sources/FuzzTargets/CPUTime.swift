import Glibc

/// What the calling thread has computed: on a busy machine the clock on the wall says nothing.
struct CPUTime {
    /// More than any input within its size may take, in an unoptimised build on a slow machine, too.
    static let limit = 8.0

    private let start = CPUTime.seconds

    /// Throws when the work since the start took too long.
    func requireWithinLimit(_ what: String) throws {
        let taken = CPUTime.seconds - start
        try FuzzFinding.unless(taken <= Self.limit, "\(what) took \(taken) s of computing")
    }

    private static var seconds: Double {
        var time = timespec()
        // The call fills the local structure and keeps no pointer.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
