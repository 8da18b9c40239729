public import ChangeLog
public import Model

/// A transaction that is too large to be held: where its records stand in the log.
public struct LargeTransaction: Sendable, Equatable {
    /// What stands right before its first record.
    public var after: LogOffset
    /// Its last record.
    public var through: LogOffset
    /// The furthest position of its records.
    public var position: Position
    /// When the last transaction of its records committed, in microseconds since 1970; nil when the source
    /// does not say.
    public var committedAt: Int64?

    /// Describes one whose records begin after this one.
    public init(after: LogOffset) {
        self.after = after
        through = after
        position = .start
    }

    mutating func add(_ record: LogRecord) {
        through = record.offset
        position = max(position, record.batch.endPosition ?? .start)
        committedAt = record.batch.transactions.last?.committedAt ?? committedAt
    }
}
