import Glibc

/// Spaces transactions out to a rate; without a rate it never waits.
struct Pace {
    /// The longest wait between two looks at whether to stop.
    private static let longestNap = Duration.milliseconds(20)

    private let interval: Duration?
    private var due: ContinuousClock.Instant

    /// So many transactions a second; nil for as many as possible.
    init(rate: Double?) {
        interval = rate.map { .seconds(1 / $0) }
        due = ContinuousClock.now
    }

    /// Waits until the next transaction is due or `stop` says so.
    ///
    /// After a delay it does not try to catch up.
    mutating func wait(unless stop: () -> Bool) {
        guard let interval else { return }
        due = max(due + interval, ContinuousClock.now - interval)
        while !stop() {
            let left = due - ContinuousClock.now
            guard left > .zero else { return }
            Pace.nap(min(left, Pace.longestNap))
        }
    }

    /// Blocks this thread for a moment.
    static func nap(_ duration: Duration) {
        let parts = duration.components
        var time = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        // The call reads the structure and keeps no pointer. An interrupted nap is a short nap.
        _ = unsafe nanosleep(&time, nil)
    }
}
