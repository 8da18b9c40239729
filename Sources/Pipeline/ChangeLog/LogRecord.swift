public import Model

/// One record of the log.
public struct LogRecord: Sendable, Equatable {
    /// Where it stands.
    public var offset: LogOffset
    /// When it was appended, in microseconds since 1970 by this machine's clock; for freshness only, never
    /// for decisions.
    public var appendedAt: Int64
    /// The changes or the backfilled rows.
    public var batch: ChangeBatch

    /// Makes a record.
    public init(offset: LogOffset, appendedAt: Int64, batch: ChangeBatch) {
        self.offset = offset
        self.appendedAt = appendedAt
        self.batch = batch
    }
}
