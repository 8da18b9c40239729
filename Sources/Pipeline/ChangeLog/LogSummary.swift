/// What a log holds, for status pages: read in one snapshot.
public struct LogSummary: Sendable, Equatable {
    /// Who the log is.
    public var identity: LogIdentity
    /// When it was made, in microseconds since 1970.
    public var createdAt: Int64
    /// How often it has been opened for writing.
    public var generation: UInt64
    /// The last record removed by retention; `.start` when none was.
    public var base: LogOffset
    /// The last record.
    public var end: LogOffset
    /// What the writer needed to go on when `end` was the last record.
    public var checkpoint: [UInt8]?
    /// When the oldest record was appended, in microseconds since 1970; nil when there is none.
    public var oldestAt: Int64?
    /// When the newest record was appended, in microseconds since 1970; nil when there is none.
    public var newestAt: Int64?
    /// Bytes of all records.
    public var bytes: Int
    /// Bytes of the file, records and free space together, without its write-ahead part.
    public var fileBytes: Int
    /// The registered readers by name.
    public var readers: [LogReaderFloor]
}
