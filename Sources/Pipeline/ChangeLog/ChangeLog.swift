public import Model

/// One record of the log.
public struct LogRecord: Sendable, Equatable {
    /// Where it stands.
    public var offset: LogOffset
    /// When it was appended, in microseconds since 1970 by this machine's clock; for freshness only, never for decisions.
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

/// The writing side of the durable, ordered record of everything captured: one owner, one thread.
///
/// When `append` returns, the records and the checkpoint are on disk together and survive loss of power. When it throws,
/// neither is there, or the log refuses every further append until it is opened again: a failed sync is never retried in place.
public protocol LogWriter: AnyObject {
    /// The offset of the last durable record; `.start` when there is none.
    var end: LogOffset { get }

    /// Appends batches in order and replaces the checkpoint, in one durable step.
    ///
    /// - Parameters:
    ///   - batches: The records; may be empty, when only the checkpoint moves.
    ///   - checkpoint: What the writer needs to go on after a crash; opaque to the log.
    /// - Returns: The offset of the last durable record.
    func append(_ batches: [ChangeBatch], checkpoint: [UInt8]) throws -> LogOffset

    /// The checkpoint of the last successful append; nil in a new log.
    func checkpoint() throws -> [UInt8]?

    /// Removes records that every reader has passed and that `policy` no longer wants; never past the slowest reader.
    func trim(_ policy: RetentionPolicy) throws
}

/// The reading side: any number of readers, each on a thread and a connection of its own.
public protocol LogReader: AnyObject {
    /// The records after `offset` up to about `byteLimit` bytes, at least one when there is any.
    ///
    /// - Throws: `LogError` with `trimmed` when the record after `offset` is gone, `corrupt` when its checksum does not hold.
    func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord]

    /// The offset of the last durable record.
    func end() throws -> LogOffset

    /// Declares that this reader needs nothing up to and including `offset` any more; retention goes by the slowest reader.
    func advance(to offset: LogOffset) throws
}

/// How long records are kept after every reader has passed them.
public struct RetentionPolicy: Sendable, Equatable {
    /// Records younger than this stay.
    public var age: Duration
    /// The newest records up to this many bytes stay; nil for no limit by size.
    public var bytes: Int?

    /// A policy by age and size.
    public init(age: Duration, bytes: Int? = nil) {
        self.age = age
        self.bytes = bytes
    }
}
