/// Says, from what a source kept so far, how fast that grows and when its room will be used up.
///
/// A source forgets in leaps, at its own checkpoints; so the rate is taken over minutes, between the oldest
/// and the newest of a few samples.
struct RetentionForecast {
    /// The time between two samples, and the number of them that are remembered.
    private static let (sampleEvery, samplesMax) = (Duration.seconds(10), 31)

    /// What the source said last; nil before it was asked, and for sources that keep nothing.
    private(set) var latest: SourceRetention?
    private var latestAt = Duration.zero
    /// What was kept, oldest first.
    private var samples: [(at: Duration, bytes: Int)] = []

    /// Notes what the source keeps at a time that only goes forward.
    mutating func note(_ retention: SourceRetention?, at now: Duration) {
        latest = retention
        latestAt = now
        guard let retention else {
            samples = []
            return
        }
        if let last = samples.last, now - last.at < Self.sampleEvery { return }
        if samples.count == Self.samplesMax { samples.removeFirst() }
        samples.append((now, retention.bytes))
    }

    /// By how many bytes a second what is kept grows; negative when it shrinks, nil when nobody knows yet.
    var bytesPerSecond: Double? {
        guard let latest, let first = samples.first, latestAt - first.at >= Self.sampleEvery else {
            return nil
        }
        return Double(latest.bytes - first.bytes) / ((latestAt - first.at) / .seconds(1))
    }

    /// When the room is used up at this rate; nil when there is no end of it, or none is in sight.
    var fullIn: Duration? {
        guard let room = latest?.room, let rate = bytesPerSecond, rate > 0 else { return nil }
        return .seconds(min(Double(max(room, 0)) / rate, Self.secondsMax))
    }

    /// When what is kept comes to so many bytes at this rate; nil when it has, or when that is not in sight.
    func reaches(_ bytes: Int) -> Duration? {
        guard let latest, latest.bytes <= bytes, let rate = bytesPerSecond, rate > 0 else { return nil }
        return .seconds(min(Double(bytes - latest.bytes) / rate, Self.secondsMax))
    }

    /// A hundred years: no forecast says more.
    private static let secondsMax = 3.2e9
}
