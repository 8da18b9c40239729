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
