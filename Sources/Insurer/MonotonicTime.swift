import Glibc

/// The machine's own clock, the same for all its processes, which never goes back.
enum MonotonicTime {
    /// Nanoseconds since some moment before the machine started its first program.
    static var nanoseconds: Int64 {
        var time = timespec()
        // The call fills the structure and keeps no pointer.
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
