public import Model

/// Yields a system's committed transactions in commit order: one owner, one thread.
///
/// Nothing happens between pulls. The source may forget what was confirmed, and confirms only what the log
/// has made durable: the pump is three lines whose order is the guarantee — read a batch, append it to the
/// log, confirm it to the source.
public protocol ChangeSource: AnyObject {
    /// Who the source is: a restored or replaced database has another identity or an earlier end, and is
    /// refused.
    var identity: SourceIdentity { get }

    /// The schemas of the captured tables, in the order that batches use.
    var tables: [TableSchema] { get }

    /// Starts to read after `point`, which must be a transaction's end that the log made durable; nil starts
    /// at the source's present end.
    ///
    /// - Returns: The point from which the stream goes on.
    /// - Throws: `CaptureError` with recovery `resnapshot` when anything after `point` may be missing.
    func open(after point: ResumePoint?) throws -> ResumePoint

    /// The next transactions, up to about `byteLimit` bytes; nil when there is none at the moment.
    ///
    /// A transaction larger than the limit comes in several batches, all but the last with `continues`; each
    /// of them holds nothing but its part of that transaction, under the position of its commit.
    func next(byteLimit: Int) throws -> ChangeBatch?

    /// The end of the last whole transaction that `next` returned, or where the stream was opened; when
    /// `next` gave nil, possibly a later point up to which there is nothing to return.
    ///
    /// After a batch with `continues` it stays before the unfinished transaction.
    var resumePoint: ResumePoint { get }

    /// Declares everything up to `position` durable elsewhere.
    func confirm(_ position: Position) throws

    /// The position of the source's last commit, asked of the source.
    func currentPosition() throws -> Position

    /// Transactions or changes that wait in the source behind what was read; for lag.
    func backlog() throws -> Int

    /// What the source keeps because of this capture; nil for a source that keeps nothing which could run
    /// out.
    func retention() throws -> SourceRetention?

    /// Has the source forget what it keeps because of this capture: the stream has a hole then.
    ///
    /// - Returns: What keeps it from forgetting by itself, in words, where it can tell.
    func release() throws -> String?

    /// How well the source could tell its transactions apart since it was opened.
    var fidelity: TransactionFidelity { get }
}

extension ChangeSource {
    /// Nothing that could run out.
    public func retention() throws -> SourceRetention? { nil }

    /// Nothing that could be forgotten.
    public func release() throws -> String? { nil }
}

/// How many transactions a source reported just as they were committed, and how many it had to merge with
/// neighbours.
public struct TransactionFidelity: Sendable, Hashable, Codable {
    /// Transactions whose both ends were known.
    public var exact: Int
    /// Groups of one or more neighbouring transactions reported as one, because the ends between them were
    /// not known.
    public var merged: Int

    /// Counts transactions.
    public init(exact: Int = 0, merged: Int = 0) {
        self.exact = exact
        self.merged = merged
    }
}

/// Who a source is.
public struct SourceIdentity: Sendable, Hashable, Codable {
    /// A value that the source keeps inside itself and that no copy or restore changes unseen.
    public var id: String
    /// How the source is called for people: a system's name, never a connection string.
    public var name: String

    /// Names a source.
    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// Reads a table's present rows in key order, chunk by chunk, without locks and without a long transaction:
/// one owner, one thread.
public protocol RangeReader: AnyObject {
    /// The rows whose key is greater than `key`, in key order, as far as `limit` allows.
    ///
    /// - Parameters:
    ///   - table: A captured table with a key.
    ///   - key: The last key of the chunk before; nil for the first chunk.
    ///   - limit: How much to read.
    /// - Throws: `UnreadableTable` when this table can no longer be read as it was captured, and the reader
    ///   goes on with others.
    func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk

    /// About how many rows the table has; for progress only.
    func estimatedRows(of table: String) throws -> Int
}

/// How much one chunk reads: whichever comes first.
public struct ChunkLimit: Sendable, Equatable {
    /// Rows at the most.
    public var rows: Int
    /// Bytes of row images at the most (at least one row is read).
    public var bytes: Int

    /// Limits a chunk.
    public init(rows: Int, bytes: Int) {
        self.rows = rows
        self.bytes = bytes
    }
}

/// Rows of one key range and the position at which they were exact.
public struct RangeChunk: Sendable {
    /// The rows as `read` changes in key order, in one transaction at `frontier`.
    public var batch: ChangeBatch
    /// The rows show every transaction up to this position, but for `unseen`.
    public var frontier: Position
    /// The rows show no transaction after this position; not before `frontier`. In systems whose snapshots
    /// follow their log exactly, both are one.
    public var horizon: Position
    /// The ids of transactions that the rows do not show although they may stand in the log at or before the
    /// horizon: a commit that was logged is not always visible at once.
    public var unseen: Set<UInt64>
    /// The last key read; nil when no row was.
    public var lastKey: Key?
    /// Whether the table, or the range that was asked for, had nothing after the rows read.
    public var isLast: Bool

    /// Makes a chunk.
    ///
    /// - Parameter horizon: Nil when it is the frontier.
    public init(
        batch: ChangeBatch, frontier: Position, horizon: Position? = nil, unseen: Set<UInt64> = [],
        lastKey: Key?, isLast: Bool
    ) {
        self.batch = batch
        self.frontier = frontier
        self.horizon = horizon ?? frontier
        self.unseen = unseen
        self.lastKey = lastKey
        self.isLast = isLast
    }
}
