/// Row changes as captured, in one contiguous arena, with the transactions that committed them.
///
/// A batch holds whole transactions in commit order, or part of one large transaction (`continues`), or one
/// backfilled chunk (`chunk`). Row images are views on `bytes`.
public struct ChangeBatch: Sendable, Equatable {
    /// One row change.
    public struct Change: Sendable, Equatable {
        /// What happened to the row.
        public var operation: Operation
        /// Index into `tables`.
        public var table: UInt16
        /// Where the image before the change starts in `bytes`; nil when there is none.
        public var before: UInt32?
        /// Where the image after the change starts in `bytes`; nil when there is none.
        public var after: UInt32?

        /// Describes one change.
        public init(operation: Operation, table: UInt16, before: UInt32?, after: UInt32?) {
            self.operation = operation
            self.table = table
            self.before = before
            self.after = after
        }
    }

    /// The changes that the source committed together.
    public struct Transaction: Sendable, Equatable {
        /// Where it committed.
        public var position: Position
        /// When it committed by the source's clock, in microseconds since 1970; nil when the source does not
        /// say.
        public var committedAt: Int64?
        /// Who wrote it.
        public var origin: Origin
        /// Indexes into `changes`.
        public var changes: Range<Int>
        /// The source's own number of the transaction, by which its snapshots say whether they show it; nil
        /// where positions alone tell.
        public var id: UInt64?

        /// Describes one transaction.
        public init(
            position: Position, committedAt: Int64?, origin: Origin, changes: Range<Int>, id: UInt64? = nil
        ) {
            self.position = position
            self.committedAt = committedAt
            self.origin = origin
            self.changes = changes
            self.id = id
        }
    }

    /// The schemas under which the row images were written.
    public var tables: [TableSchema]
    /// The transactions in commit order.
    public var transactions: [Transaction]
    /// The changes in source order.
    public var changes: [Change]
    /// The arena that holds the row images.
    public var bytes: [UInt8]
    /// Whether the last transaction goes on in the next batch.
    public var continues: Bool
    /// Set when the rows are history that a backfill read, not live changes.
    public var chunk: ChunkCertificate?

    /// An empty batch over these tables.
    public init(tables: [TableSchema], chunk: ChunkCertificate? = nil) {
        self.tables = tables
        transactions = []
        changes = []
        bytes = []
        continues = false
        self.chunk = chunk
    }

    /// Whether the rows are history: nothing in them may have a live effect.
    public var isHistorical: Bool { chunk != nil }

    /// The position after which a stream that holds this batch resumes; nil for a chunk, which moves no
    /// stream.
    public var endPosition: Position? {
        chunk == nil ? transactions.last?.position : nil
    }
}
