/// Decides whether history may be read now; the stream of changes is never held back.
///
/// Fails closed: a probe that is configured and gives no fresh reading means waiting. Once a limit was
/// passed, reading goes on only when the value has fallen well below it, so that the decision does not
/// flicker.
public struct Throttle: Sendable {
    /// When to wait; a nil limit switches its probe off.
    public struct Limits: Sendable, Equatable {
        /// Log records that the slowest reader has not passed yet.
        public var logRecords: Int? = 10_000
        /// Bytes of the log that the slowest reader has not passed yet.
        public var logBytes: Int?
        /// How far the target is behind.
        public var targetLag: Duration?
        /// How long a short statement takes at the source.
        public var sourceLatency: Duration?
        /// The share of time in which the source is busy, from 0 to 1.
        public var sourceBusy: Double?
        /// How far the source's standbys are behind it.
        public var standbyLag: Duration?
        /// Sessions of others that are at work in the source.
        public var sourceSessions: Int?
        /// Whether a query of the plan's decides, too.
        public var asksQuery = false
        /// The share of a limit to which a value must fall before reading goes on.
        public var release = 0.7
        /// The age from which a reading says nothing any more.
        public var staleAfter: Duration = .seconds(10)
        /// How long to wait before asking again.
        public var pause: Duration = .milliseconds(100)

        /// The defaults: only the log's backlog counts.
        public init() {}
    }

    /// What was measured, and how long ago.
    public struct Reading: Sendable, Equatable {
        /// The value: records, bytes, seconds, or a share.
        public var value: Double
        /// The age of the value.
        public var age: Duration

        /// A measurement.
        public init(_ value: Double, age: Duration = .zero) {
            self.value = value
            self.age = age
        }
    }

    /// Everything that a decision depends on; nil where a probe failed or gave nothing.
    public struct Inputs: Sendable, Equatable {
        /// Records in the log behind which the slowest reader is.
        public var logRecords: Reading?
        /// Bytes in the log behind which the slowest reader is.
        public var logBytes: Reading?
        /// The target's lag in seconds.
        public var targetLag: Reading?
        /// The latency of a short statement at the source, in seconds.
        public var sourceLatency: Reading?
        /// The source's busy share.
        public var sourceBusy: Reading?
        /// The lag of the standby that is furthest behind, in seconds.
        public var standbyLag: Reading?
        /// Sessions of others that are at work.
        public var sourceSessions: Reading?
        /// What the plan's query says: 1 to wait, 0 to go on.
        public var query: Reading?
        /// Why the source's load is not known, without values; nil while it is, or nobody asked.
        public var failure: String?
        /// Whether a person paused the backfill.
        public var isPaused = false

        /// Nothing measured.
        public init() {}
    }

    /// What is waited for.
    public enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// A person paused the backfill.
        case paused
        /// A value is above its limit, or has not fallen far enough below it.
        case over(probe: String, value: Double, limit: Double)
        /// The plan's query says so.
        case asked
        /// A configured probe gives no fresh reading.
        case blind(probe: String)

        /// The reason for people.
        public var description: String {
            switch self {
            case .paused: "paused by an operator"
            case .over(let probe, let value, let limit): "\(probe) is \(value), limit \(limit)"
            case .asked: "the plan's query says to wait"
            case .blind(let probe): "\(probe) gives no fresh reading"
            }
        }
    }

    /// The decision.
    public enum Decision: Sendable, Equatable {
        /// Go on.
        case run
        /// Ask again after this long.
        case wait(Duration, Reason)
    }

    /// The limits.
    public let limits: Limits
    /// What was decided last.
    public private(set) var decision: Decision = .run
    private var held: Set<String> = []

    /// Starts with nothing held.
    public init(_ limits: Limits = .init()) {
        self.limits = limits
    }

    /// Decides by the latest readings.
    public mutating func decide(_ inputs: Inputs) -> Decision {
        decision = reason(inputs).map { .wait(limits.pause, $0) } ?? .run
        return decision
    }

    private mutating func reason(_ inputs: Inputs) -> Reason? {
        if inputs.isPaused { return .paused }
        let own: [(String, Reading?, Double?)] = [
            ("log backlog in records", inputs.logRecords, limits.logRecords.map(Double.init)),
            ("log backlog in bytes", inputs.logBytes, limits.logBytes.map(Double.init)),
            ("target lag in seconds", inputs.targetLag, limits.targetLag.map { $0 / .seconds(1) }),
            (
                "source latency in seconds", inputs.sourceLatency,
                limits.sourceLatency.map { $0 / .seconds(1) }
            ),
            ("source busy share", inputs.sourceBusy, limits.sourceBusy),
        ]
        let load: [(String, Reading?, Double?)] = [
            ("standby lag in seconds", inputs.standbyLag, limits.standbyLag.map { $0 / .seconds(1) }),
            ("sessions at work", inputs.sourceSessions, limits.sourceSessions.map(Double.init)),
            (Self.query, inputs.query, limits.asksQuery ? 0.5 : nil),
        ]
        var first: Reason?
        // Every probe is looked at, so that each one's hold is up to date.
        for (probes, failure) in [(own, nil), (load, inputs.failure)] {
            for (name, reading, limit) in probes {
                guard let limit else { continue }
                let found = check(name, reading, limit, failure)
                first = first ?? found
            }
        }
        return first
    }

    private static let query = "the plan's query"

    private mutating func check(
        _ name: String, _ reading: Reading?, _ limit: Double, _ failure: String?
    ) -> Reason? {
        guard let reading, reading.age <= limits.staleAfter, !reading.value.isNaN else {
            return .blind(probe: failure.map { "\(name) (\($0))" } ?? name)
        }
        if reading.value > limit {
            held.insert(name)
        } else if reading.value <= limit * limits.release {
            held.remove(name)
        }
        guard held.contains(name) else { return nil }
        return name == Self.query ? .asked : .over(probe: name, value: reading.value, limit: limit)
    }
}
