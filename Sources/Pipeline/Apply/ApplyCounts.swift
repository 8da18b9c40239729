/// What applying did, in counts; they add up over batches.
public struct ApplyCounts: Sendable, Hashable, Codable {
    /// Row changes taken from the log.
    public var changes = 0
    /// Backfilled rows taken from the log.
    public var historicalRows = 0
    /// Aggregates written.
    public var written = 0
    /// Aggregates removed.
    public var removed = 0
    /// Entries added to quarantine.
    public var quarantined = 0
    /// Events put into the outbox.
    public var events = 0
    /// Transactions that were applied in one step with others although each has its own events.
    public var joined = 0
    /// Transactions that were too large to be held, and were applied in several steps.
    public var large = 0
    /// Transactions of the target whose rows had been prepared while the one before was written.
    public var ahead = 0
    /// Steps from which no event could be derived because the aggregate's history was not there yet.
    public var stepsWithoutHistory = 0

    /// Zero of everything.
    public init() {}

    /// Adds other counts.
    public static func += (left: inout ApplyCounts, right: ApplyCounts) {
        left.changes += right.changes
        left.historicalRows += right.historicalRows
        left.written += right.written
        left.removed += right.removed
        left.quarantined += right.quarantined
        left.events += right.events
        left.joined += right.joined
        left.large += right.large
        left.ahead += right.ahead
        left.stepsWithoutHistory += right.stepsWithoutHistory
    }
}

extension ApplyCounts {
    /// Reads stored counts; what an older build did not count is zero.
    public init(from decoder: any Decoder) throws {
        let stored = try decoder.container(keyedBy: CodingKeys.self)
        func count(_ key: CodingKeys) throws -> Int { try stored.decodeIfPresent(Int.self, forKey: key) ?? 0 }
        changes = try count(.changes)
        historicalRows = try count(.historicalRows)
        written = try count(.written)
        removed = try count(.removed)
        quarantined = try count(.quarantined)
        events = try count(.events)
        joined = try count(.joined)
        large = try count(.large)
        ahead = try count(.ahead)
        stepsWithoutHistory = try count(.stepsWithoutHistory)
    }
}
