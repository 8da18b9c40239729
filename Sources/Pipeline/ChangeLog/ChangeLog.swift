public import Model

/// The writing side of the durable, ordered record of everything captured: one owner, one thread.
///
/// When `append` returns, the records and the checkpoint are on disk together and survive loss of power. When
/// it throws, neither is there, or the log refuses every further append until it is opened again: a failed
/// sync is never retried in place.
public protocol LogWriter: AnyObject {
    /// The offset of the last durable record; `.start` when there is none.
    var end: LogOffset { get }

    /// Appends batches in order and replaces the checkpoint, in one durable step.
    ///
    /// - Parameters:
    ///   - batches: The records; may be empty, when only the checkpoint moves.
    ///   - checkpoint: What the writer needs to go on after a crash; opaque to the log.
    /// - Returns: The offset of the last durable record.
    /// - Throws: `LogError`; with `oversized` nothing was attempted, after every other failure the writer is
    ///   done.
    func append(_ batches: [ChangeBatch], checkpoint: [UInt8]) throws -> LogOffset

    /// The checkpoint of the last successful append; nil in a new log.
    func checkpoint() throws -> [UInt8]?

    /// Removes records that every reader has passed and that `policy` no longer wants; never past the slowest
    /// reader.
    ///
    /// One call does a bounded amount of work, so that appends are not held up. While no reader is
    /// registered, nothing goes.
    @discardableResult
    func trim(_ policy: RetentionPolicy) throws -> LogTrim
}

/// The reading side: any number of readers, each on a thread and a connection of its own.
public protocol LogReader: AnyObject {
    /// The records after `offset` up to about `byteLimit` bytes, at least one when there is any.
    ///
    /// - Throws: `LogError` with `trimmed` when the record after `offset` is gone, `corrupt` when its
    ///   checksum does not hold, `rewound` when the log ends before `offset`.
    func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord]

    /// The offset of the last durable record.
    func end() throws -> LogOffset

    /// Declares that this reader needs nothing up to and including `offset` any more; retention goes by the
    /// slowest reader.
    ///
    /// A lower offset than before changes nothing. What is declared may be forgotten in a crash: the floor is
    /// then lower, so more is kept.
    func advance(to offset: LogOffset) throws
}
