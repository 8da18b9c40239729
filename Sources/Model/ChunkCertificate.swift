/// What a finished backfill chunk proves: which keys were read, between which marks, and a digest of what was
/// kept.
public struct ChunkCertificate: Sendable, Hashable, Codable {
    /// The context whose history this is.
    public var context: String
    /// The table that was read.
    public var table: String
    /// The chunk's number within its table, from 0, without gaps.
    public var number: Int
    /// The exclusive lower end of the key range, encoded as a `Key`, in hex; nil for the first chunk.
    public var keyAfter: String?
    /// The inclusive upper end of the key range, in hex; nil for the last chunk, which reads to the end.
    public var keyThrough: String?
    /// The source's position before the chunk was read.
    public var low: Position
    /// The source's position that the stream had reached when the chunk was placed in it.
    public var high: Position
    /// The position at which the source says the read was exact, where it can tell.
    public var frontier: Position
    /// Rows the source returned.
    public var rowsRead: Int
    /// Rows dropped because a change of the same key came through the stream between the marks.
    public var rowsDropped: Int
    /// SHA-256 over the kept rows in key order, in hex.
    public var digest: String
    /// Whether the table holds nothing after this chunk.
    public var isLast: Bool

    /// Records one chunk.
    public init(
        context: String, table: String, number: Int, keyAfter: String?, keyThrough: String?, low: Position,
        high: Position, frontier: Position, rowsRead: Int, rowsDropped: Int, digest: String, isLast: Bool
    ) {
        self.context = context
        self.table = table
        self.number = number
        self.keyAfter = keyAfter
        self.keyThrough = keyThrough
        self.low = low
        self.high = high
        self.frontier = frontier
        self.rowsRead = rowsRead
        self.rowsDropped = rowsDropped
        self.digest = digest
        self.isLast = isLast
    }
}

extension ChunkCertificate {
    /// The name that stands for every context that reads the table: history is read once for all of them.
    public static let everyContext = "*"

    /// Whether the chunk is part of a context's history.
    public func belongs(to context: String) -> Bool {
        self.context == context || self.context == Self.everyContext
    }

    /// Says that a table's history is read anew from here on, because changes may be missing before: what is
    /// known of its rows stays, and those that are not met again by its last chunk are gone.
    ///
    /// - Parameter position: Where the stream begins that comes with it.
    public static func restart(context: String, table: String, at position: Position) -> ChunkCertificate {
        ChunkCertificate(
            context: context, table: table, number: restartNumber, keyAfter: nil, keyThrough: nil,
            low: position, high: position, frontier: position, rowsRead: 0, rowsDropped: 0, digest: "",
            isLast: false)
    }

    /// Whether this is no chunk, but says that the table's history is read anew.
    public var isRestart: Bool { number == Self.restartNumber }

    /// No chunk has this number; a replay has -1.
    private static let restartNumber = -2

    /// Marks rows that are applied again from a record of the past: history, whatever they were when they
    /// first came.
    public static func replay(context: String, table: String) -> ChunkCertificate {
        ChunkCertificate(
            context: context, table: table, number: -1, keyAfter: nil, keyThrough: nil, low: .start,
            high: .start,
            frontier: .start, rowsRead: 0, rowsDropped: 0, digest: "", isLast: false)
    }
}
