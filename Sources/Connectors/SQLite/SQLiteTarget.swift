public import Apply
import ChangeLog
import CrashPoints
public import Model
import SQLite

/// A SQLite database as a service-owned store: one connection, one thread.
///
/// One writer at a time is SQLite's own rule, so a transaction begun here is alone; `synchronous = FULL`
/// makes a returned commit survive loss of power.
public final class SQLiteTarget: TargetStore, QueryStore {
    let connection: SQLiteConnection
    private let name: String
    private var statements: [StatementKey: SQLiteStatement] = [:]
    private var savepoints = 0
    /// What is looked at before rows are written, for each way of writing.
    private var misfits: [TableAccess: SQLiteMisfit] = [:]

    struct StatementKey: Hashable {
        enum Verb: Hashable {
            case upsert, insert, delete, fetch([Int]), scan, range(hasStart: Bool, hasEnd: Bool)
        }
        let verb: Verb
        let access: TableAccess
    }

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - path: The database file; it must exist.
    ///   - name: The plan's name for the system, used in errors.
    public init(path: String, name: String) throws {
        self.name = name
        do {
            connection = try SQLiteConnection(path: path, access: .readWrite)
            // Until a stream is taken over nothing is folded: what a process that was killed left in the
            // write-ahead file may not be durable yet.
            connection.setFoldsWhenClosed(false)
            try connection.execute("PRAGMA wal_autocheckpoint = 0; PRAGMA journal_mode = WAL")
            try connection.execute("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384")
            // Aggregates arrive in any order; the service's foreign keys are checked as a whole when a
            // certificate is made.
            try connection.execute("PRAGMA foreign_keys = OFF")
            try connection.execute(Self.ledgerSQL)
        } catch let error as SQLiteError {
            throw Self.wrap(error, name)
        }
    }

    /// An empty store that goes away with its last reference and need not outlive the process: SQLite keeps
    /// it in memory as long as it is small, and else in a file without a name, where `TMPDIR` says.
    public static func temporary() throws -> SQLiteTarget {
        try SQLiteTarget(path: "", name: "temporary file")
    }

    static let ledgerSQL = """
        CREATE TABLE IF NOT EXISTS banyan_ledger (
            stream TEXT PRIMARY KEY, epoch INTEGER NOT NULL, log_offset INTEGER NOT NULL,
            position INTEGER NOT NULL, mapping TEXT NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID
        """

    /// Starts a transaction that may write.
    public func begin() throws {
        try wrapping { try connection.cached("BEGIN IMMEDIATE").run() }
    }

    /// Makes the transaction durable.
    public func commit() throws {
        try wrapping { try connection.cached("COMMIT").run() }
    }

    /// Forgets the open transaction, if there is one.
    public func rollback() {
        connection.rollbackIfOpen()
        savepoints = 0
    }

    /// Runs `body`; when it throws, everything it wrote is undone.
    public func savepoint<T>(_ body: () throws -> T) throws -> T {
        savepoints += 1
        defer { savepoints = max(0, savepoints - 1) }
        let label = "banyan_\(savepoints)"
        try wrapping { try connection.cached("SAVEPOINT \(label)").run() }
        do {
            let value = try body()
            try wrapping { try connection.cached("RELEASE \(label)").run() }
            return value
        } catch {
            // SQLite ends the whole transaction itself after some failures, a full disk among them: then
            // nothing is left to undo, and the error that says why must not be lost.
            guard connection.isInTransaction else { throw error }
            try wrapping {
                try connection.cached("ROLLBACK TO \(label)").run()
                try connection.cached("RELEASE \(label)").run()
            }
            throw error
        }
    }

    /// Makes a table of Banyan's own when it is missing.
    public func ensure(_ table: TableSchema, indexes: [[Int]]) throws {
        let held = try columns(of: table)
        try wrapping {
            let added = table.columns.filter { !(held?.contains($0.name) ?? true) }
            for column in added { try connection.execute(SQLiteTargetSQL.add(column, to: table)) }
            for sql in SQLiteTargetSQL.create(table, indexes: indexes) { try connection.execute(sql) }
        }
        try crashPoint(.tableEnsured, as: TargetError.self)
    }

    /// The columns of a table of Banyan's own.
    public func columns(of table: TableSchema) throws -> Set<String>? {
        try wrapping {
            let names = try connection.rows(
                "SELECT name FROM pragma_table_info(?1)", [.text(table.name)]
            ) { $0.string(0) ?? "" }
            return names.isEmpty ? nil : Set(names)
        }
    }

    /// Runs `body` on one unchanging view of the store.
    public func snapshot<T>(_ body: () throws -> T) throws -> T {
        try wrapping { try connection.snapshot(body) }
    }

    /// What a query gives that somebody wrote, on the view that is open.
    public func table(of query: String) throws -> QueryTable {
        try wrapping {
            try connection.execute("PRAGMA query_only = ON")
            let result = Result { try SQLiteQuery.table(of: query, on: connection) }
            try connection.execute("PRAGMA query_only = OFF")
            return try result.get()
        }
    }

    // MARK: the ledger

    /// Reads a stream's ledger.
    public func ledger(of stream: String) throws -> LedgerEntry? {
        try wrapping {
            try connection.rows(
                "SELECT epoch, log_offset, position, mapping FROM banyan_ledger WHERE stream = ?1",
                [.text(stream)]
            ) { row in
                LedgerEntry(
                    epoch: Epoch(UInt64(bitPattern: row.integer(0))),
                    offset: LogOffset(UInt64(bitPattern: row.integer(1))),
                    position: Position(UInt64(bitPattern: row.integer(2))), mapping: row.string(3) ?? "")
            }.first
        }
    }

    /// Pages in the write-ahead file from which on a commit folds it: SQLite's own default.
    private static let foldPages = 1_000

    /// Takes a stream over, on nothing that power loss could still take.
    public func claim(_ stream: String) throws -> LedgerEntry {
        let entry = try wrapping {
            try connection.immediate {
                try connection.rewriteWriteAheadFile()
                try connection.run(
                    """
                    INSERT INTO banyan_ledger (stream, epoch, log_offset, position, mapping, updated_at)
                    VALUES (?1, 1, 0, 0, '', CAST(unixepoch('subsec') * 1000 AS INTEGER))
                    ON CONFLICT (stream) DO UPDATE SET epoch = epoch + 1
                    """.replacing(
                        "unixepoch('subsec') * 1000", with: "(julianday('now') - 2440587.5) * 86400000"),
                    [.text(stream)])
                return try ledger(of: stream)
            }
        }
        try wrapping { try connection.execute("PRAGMA wal_autocheckpoint = \(Self.foldPages)") }
        connection.setFoldsWhenClosed(true)
        guard let entry else {
            throw TargetError(
                .tampered, "the ledger of \(stream) vanished", hint: "restore the table banyan_ledger")
        }
        return entry
    }

    /// Moves a stream's ledger, if it still stands where this worker left it.
    public func advance(_ stream: String, from: LedgerEntry, to: LedgerEntry) throws -> Bool {
        try wrapping {
            try connection.run(
                """
                UPDATE banyan_ledger SET log_offset = ?1, position = ?2, mapping = ?3,
                    updated_at = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)
                WHERE stream = ?4 AND epoch = ?5 AND log_offset = ?6
                """,
                [
                    .integer(Int64(bitPattern: to.offset.value)),
                    .integer(Int64(bitPattern: to.position.value)),
                    .text(to.mapping), .text(stream), .integer(Int64(bitPattern: from.epoch.value)),
                    .integer(Int64(bitPattern: from.offset.value)),
                ])
            return connection.changes == 1
        }
    }

    // MARK: statements

    /// The compiled statement for an access, kept for the next time.
    func statement(_ verb: StatementKey.Verb, _ access: TableAccess, _ sql: () throws -> String) throws
        -> SQLiteStatement
    {
        let key = StatementKey(verb: verb, access: access)
        if let statement = statements[key] { return statement }
        let statement = try connection.prepare(try sql())
        statements[key] = statement
        return statement
    }

    /// What is looked at before rows are written in this way.
    func misfit(_ access: TableAccess) -> SQLiteMisfit {
        if let known = misfits[access] { return known }
        let misfit = SQLiteMisfit(access)
        misfits[access] = misfit
        return misfit
    }

    /// Runs `body`, turning SQLite's errors into the seam's.
    func wrapping<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as SQLiteError {
            throw Self.wrap(error, name)
        }
    }

    static func wrap(_ error: SQLiteError, _ name: String) -> TargetError {
        switch error.recovery {
        case .retry:
            TargetError(
                .unavailable, "\(name): \(error.description)",
                hint: "another connection holds the database, or the disk is full; Banyan tries again")
        case .quarantine, .halt:
            TargetError(
                .failed, "\(name): \(error.description)",
                hint: "look at the database file, its folder's rights and its schema")
        }
    }
}
