import Glibc

/// The machine's calendar clock, injected so that tests and the simulator can set it.
public struct WallClock: Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z; may jump either way.
    public let microseconds: @Sendable () -> Int64

    /// A clock that asks `microseconds` for the time.
    public init(microseconds: @escaping @Sendable () -> Int64) {
        self.microseconds = microseconds
    }

    /// The system's own clock.
    public static let system = WallClock {
        var now = timespec()
        // The call fills the local structure and keeps no pointer; CLOCK_REALTIME is always there.
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }
}
