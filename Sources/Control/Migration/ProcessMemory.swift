import Glibc

/// What this process has used of the machine's memory.
public enum ProcessMemory {
    /// The largest resident size so far, in bytes.
    public static func peakBytes() -> Int {
        var usage = rusage()
        // The call fills the local structure.
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
