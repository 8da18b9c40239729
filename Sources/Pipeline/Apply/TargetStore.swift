public import Model

/// A table as one kind of statement uses it: some columns, some of which tell rows apart.
public struct TableAccess: Sendable, Hashable {
    /// The table.
    public var table: TableSchema
    /// The columns of `table` that row images hold, in this order.
    public var columns: [Int]
    /// The columns of `table` that tell rows apart; a unique key of the table.
    public var key: [Int]

    /// Describes an access.
    public init(table: TableSchema, columns: [Int], key: [Int]) {
        self.table = table
        self.columns = columns
        self.key = key
    }

    /// Where each key column stands in a row image.
    public var keyInRow: [Int] {
        key.compactMap { columns.firstIndex(of: $0) }
    }
}

/// A row that the target's schema refused, with its place in the buffer that was written.
public struct RowRefusal: Sendable, Hashable {
    /// The row's index in the buffer.
    public var row: Int
    /// A stable word for the kind of refusal (`constraint`, `dropped_by_trigger`).
    public var reason: String
    /// The schema's words: names of tables, columns and constraints, never values.
    public var message: String

    /// Records a refusal.
    public init(row: Int, reason: String, message: String) {
        self.row = row
        self.reason = reason
        self.message = message
    }

    /// A row that a trigger of the service's took away without an error, so that nothing was written.
    public static func droppedByTrigger(_ row: Int, _ table: String) -> RowRefusal {
        RowRefusal(
            row: row, reason: "dropped_by_trigger",
            message: "a trigger of \(table) drops the row without an error")
    }
}

/// Rows found for each of several keys: group n holds the rows of key n.
public struct RowGroups: Sendable {
    /// The rows.
    public var rows: RowBuffer
    /// For each key, the rows that were found for it.
    public var groups: [Range<Int>]

    /// Collects groups.
    public init(rows: RowBuffer, groups: [Range<Int>]) {
        self.rows = rows
        self.groups = groups
    }
}

/// A service-owned store as the apply side sees it: set operations inside one transaction. One owner, one
/// thread.
///
/// The guarantee everything rests on: what happens between `begin` and `commit` becomes visible and durable
/// together or not at all, and `advance` changes the ledger only when it still stands where this worker left
/// it.
public protocol TargetStore: AnyObject {
    /// Starts a transaction that may write.
    func begin() throws

    /// Makes the transaction durable. Throws `TargetError` with code `ambiguous` when the answer was lost:
    /// only the ledger can tell.
    func commit() throws

    /// Forgets the open transaction, if there is one.
    func rollback()

    /// Runs `body`; when it throws, everything it wrote is undone and the transaction goes on without it.
    func savepoint<T>(_ body: () throws -> T) throws -> T

    /// Makes a table of Banyan's own when it is missing, and adds columns that one that is there has not,
    /// NULL in every row; outside a transaction.
    ///
    /// - Parameters:
    ///   - table: The table; its key becomes the primary key.
    ///   - indexes: Further indexes, each by its columns.
    func ensure(_ table: TableSchema, indexes: [[Int]]) throws

    /// The names of the columns that a table of Banyan's own has; nil when there is none yet.
    func columns(of table: TableSchema) throws -> Set<String>?

    /// Writes rows: inserts those whose key is new, updates the others' columns. No two rows may have one
    /// key.
    ///
    /// - Returns: The rows that the schema refused; all others are written.
    func upsert(_ rows: RowBuffer, _ access: TableAccess) throws -> [RowRefusal]

    /// Appends rows to a table whose key the store itself gives.
    func insert(_ rows: RowBuffer, _ access: TableAccess) throws

    /// Deletes the rows with these keys; `keys` holds the access's key columns.
    func delete(_ keys: RowBuffer, _ access: TableAccess) throws

    /// Finds rows by the values of some columns, in the order of the table's key.
    ///
    /// - Parameters:
    ///   - keys: The values to look for.
    ///   - columns: The columns of the table that `keys` holds.
    ///   - access: Which columns the rows that are returned hold.
    func fetch(_ keys: RowBuffer, by columns: [Int], _ access: TableAccess) throws -> RowGroups

    /// Every row of a table of Banyan's own, in key order.
    func scan(_ access: TableAccess) throws -> RowBuffer

    /// Runs `body` on one unchanging view of the store, without keeping anyone from writing.
    func snapshot<T>(_ body: () throws -> T) throws -> T

    /// Rows in the order of the access's key: those after one key, up to and with another, at most so many.
    func range(after: Key?, through: Key?, limit: Int, _ access: TableAccess) throws -> RowBuffer

    /// Reads a stream's ledger; nil when it has none.
    func ledger(of stream: String) throws -> LedgerEntry?

    /// Reads a stream's ledger when no transaction is under way that moves it: one whose answer was lost may
    /// not have ended yet, and what it has written is seen by nobody until then.
    ///
    /// Outside of transactions only.
    func settledLedger(of stream: String) throws -> LedgerEntry?

    /// Takes a stream over: raises its epoch by one (or starts it at 1) in a transaction of its own.
    func claim(_ stream: String) throws -> LedgerEntry

    /// Moves a stream's ledger inside the open transaction, if it still holds `from`'s epoch and offset.
    ///
    /// - Returns: False when another worker owns the stream: nothing may be committed.
    func advance(_ stream: String, from: LedgerEntry, to: LedgerEntry) throws -> Bool
}

extension TargetStore {
    /// The ledger as it stands: for stores in which nothing goes on once a connection is gone.
    public func settledLedger(of stream: String) throws -> LedgerEntry? { try ledger(of: stream) }
}
