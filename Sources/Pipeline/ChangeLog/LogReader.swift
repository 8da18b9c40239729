/// The reading side: any number of readers, each with a connection of its own, used by one thread at a
/// time.
public protocol LogReader: AnyObject {
    /// The records after `offset` up to about `byteLimit` bytes, at least one when there is any.
    ///
    /// - Throws: `LogError` with `trimmed` when the record after `offset` is gone, `corrupt` when its
    ///   checksum does not hold, `rewound` when the log ends before `offset`.
    func records(after offset: LogOffset, byteLimit: Int) throws -> [LogRecord]

    /// The last record that retention has removed; `.start` when it has removed none.
    func base() throws -> LogOffset

    /// The offset of the last durable record.
    func end() throws -> LogOffset

    /// Declares that this reader needs nothing up to and including `offset` any more; retention goes by the
    /// slowest reader.
    ///
    /// A lower offset than before changes nothing. What is declared may be forgotten in a crash: the floor is
    /// then lower, so more is kept.
    func advance(to offset: LogOffset) throws
}
