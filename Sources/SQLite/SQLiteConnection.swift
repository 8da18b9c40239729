import CSQLite

/// One connection to a SQLite database: owned by one thread at a time, never shared.
///
/// Opens with extended result codes, a busy timeout, no extension loading and SQLite's defensive mode. What
/// must survive power loss needs `synchronous = FULL`, which is set here for every connection that may write.
@safe public final class SQLiteConnection {
    /// How a connection may use its file.
    public enum Access: Sendable {
        /// Reads only; the file must exist.
        case readOnly
        /// Reads and writes; the file must exist.
        case readWrite
        /// Reads and writes; the file is made when missing.
        case create
    }

    /// The file's path.
    public let path: String
    /// SQLite's own handle, for the few calls that this type does not cover.
    package let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// Opens a connection.
    ///
    /// - Parameters:
    ///   - path: The database file.
    ///   - access: What the connection may do.
    ///   - busyMilliseconds: How long a statement waits for another connection's lock.
    /// - Throws: `SQLiteError` when the file cannot be opened.
    public init(path: String, access: Access, busyMilliseconds: Int32 = 5_000) throws {
        let flags =
            switch access {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        var opened: OpaquePointer?
        // SQLite fills the pointer even when it fails, so that the message can be read and the handle closed.
        let code = unsafe sqlite3_open_v2(
            path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened = unsafe opened else {
            throw SQLiteError(code: code, message: "out of memory", action: "open \(path)")
        }
        guard code == SQLITE_OK else {
            let message = unsafe String(cString: sqlite3_errmsg(opened))
            unsafe sqlite3_close_v2(opened)
            throw SQLiteError(code: code, message: message, action: "open \(path)")
        }
        self.path = path
        unsafe handle = opened
        unsafe sqlite3_busy_timeout(handle, busyMilliseconds)
        unsafe banyan_db_config_defensive(handle)
        if access != .readOnly { try execute("PRAGMA synchronous = FULL") }
    }

    deinit {
        statements.removeAll()
        // Statements still alive elsewhere keep the handle as a zombie until they are finalized.
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs one or several statements that return nothing.
    public func execute(_ sql: String) throws {
        // The handle lives as long as self.
        let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code, "run \(sql.prefix(80))") }
    }

    /// Compiles a statement for the caller to keep.
    public func prepare(_ sql: String) throws -> SQLiteStatement {
        try SQLiteStatement(self, sql)
    }

    /// A compiled statement that the connection keeps by its text; reset and unbound before it is handed out.
    public func cached(_ sql: String) throws -> SQLiteStatement {
        if let statement = statements[sql] {
            statement.reset()
            return statement
        }
        let statement = try prepare(sql)
        statements[sql] = statement
        return statement
    }

    /// Runs `body` in a transaction that takes the write lock at once; rolls back when it throws.
    public func immediate<T>(_ body: () throws -> T) throws -> T {
        try transaction(begin: "BEGIN IMMEDIATE", body)
    }

    /// Runs `body` in a transaction that sees one snapshot; rolls back when it throws.
    public func snapshot<T>(_ body: () throws -> T) throws -> T {
        try transaction(begin: "BEGIN", body)
    }

    private func transaction<T>(begin: String, _ body: () throws -> T) throws -> T {
        try cached(begin).run()
        do {
            let value = try body()
            try cached("COMMIT").run()
            return value
        } catch {
            rollbackIfOpen()
            throw error
        }
    }

    /// Rolls back the open transaction; does nothing when SQLite has already done so.
    public func rollbackIfOpen() {
        // The handle lives as long as self.
        guard unsafe sqlite3_get_autocommit(handle) == 0 else { return }
        do {
            try execute("ROLLBACK")
        } catch {
            // The only failure is that no transaction is open any more, which is what was wanted.
            return
        }
    }

    /// Writes the write-ahead file once more as it is read, and syncs it; inside an immediate transaction, as
    /// its first step.
    ///
    /// After a failed sync the system takes what it could not write for written: a process that opens the
    /// database next reads it, a sync reports success, and loss of power takes it together with everything
    /// that was appended after it. What is written again is synced again.
    public func rewriteWriteAheadFile() throws {
        var buffer = [UInt8](repeating: 0, count: Int(BANYAN_FRAME_MAX))
        // The handle lives as long as self, and the buffer holds a frame of the largest page.
        let code = unsafe banyan_wal_rewrite(handle, &buffer)
        guard code == SQLITE_OK else {
            throw SQLiteError(
                code: code, message: "the file cannot be written", action: "rewrite \(path)-wal")
        }
    }

    /// Says whether this connection, when it is the last to close, copies the write-ahead file into the main
    /// file and removes it, as SQLite does unless told otherwise.
    public func setFoldsWhenClosed(_ folds: Bool) {
        // The handle lives as long as self.
        unsafe banyan_db_config_folds_when_closed(handle, folds ? 1 : 0)
    }

    /// Whether a transaction is open.
    public var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// Rows that the last statement changed.
    public var changes: Int { unsafe Int(sqlite3_changes64(handle)) }

    /// The error for a result code, with SQLite's message.
    func error(_ code: Int32, _ action: String) -> SQLiteError {
        let extended = unsafe sqlite3_extended_errcode(handle)
        let message = unsafe String(cString: sqlite3_errmsg(handle))
        return SQLiteError(code: extended == SQLITE_OK ? code : extended, message: message, action: action)
    }
}
