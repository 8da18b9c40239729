import Capture
import CrashPoints
public import Model
public import SQLite

/// The journal that triggers keep inside a captured SQLite database, in the application's own transactions.
///
/// What is installed: the tables `banyan_source` (who this database is), `banyan_captured` (which tables, in
/// which shape), `banyan_origin` (a flag that Banyan sets in its own transactions) and `banyan_journal` (one
/// row a change); five triggers for each captured table; and the view `banyan_seal`, made last, whose place
/// in the schema proves that no trigger was dropped and made again. The journal's rowid is not AUTOINCREMENT
/// on purpose: the next number is the largest plus one, transactions that roll back leave nothing, and the
/// last row is never trimmed, so a gap or a smaller end proves loss, restore or tampering.
public enum SQLiteJournal {
    static let table = "banyan_journal"
    static let tables = ["banyan_journal", "banyan_captured", "banyan_origin", "banyan_source"]
    static let seal = "banyan_seal"
    /// The layout that this build writes and reads; in the first one, journal rows had no random half in
    /// their mark.
    static let formatVersion: Int64 = 2
    /// SQLite allows 2,000 columns in a table; the journal holds two for each column of the widest captured
    /// table.
    static let columnsMax = 980

    /// What `install` does.
    public struct Options: Sendable {
        /// The tables to capture; those captured already stay.
        public var tables: [String]
        /// For a table without a primary key: the columns of a unique key without NULLs that names its rows.
        public var keys: [String: [String]]
        /// Whether to switch the database to WAL mode. Without it every read of Banyan's makes writers wait,
        /// and every commit makes Banyan wait; the mode stays with the file, so it is not changed unless
        /// asked.
        public var enableWAL: Bool
        /// The number after which a new journal begins to count.
        public var after: Position = .start

        /// Asks for these tables.
        public init(tables: [String], keys: [String: [String]] = [:], enableWAL: Bool = false) {
            self.tables = tables
            self.keys = keys
            self.enableWAL = enableWAL
        }
    }

    /// Removes everything that `install` made, by name, in one transaction.
    ///
    /// - Returns: The names of what was removed; empty when nothing was there.
    @discardableResult
    public static func uninstall(at path: String) throws -> [String] {
        try CaptureError.mapping {
            let connection = try SQLiteConnection(path: path, access: .readWrite)
            let removed = try connection.immediate {
                let found = try objects(connection)
                for object in found {
                    try connection.execute("DROP \(object.type) \(SQLiteName.quote(object.name))")
                    try crashPoint(.uninstallDropped, as: CaptureError.self)
                }
                return found.map(\.name)
            }
            try crashPoint(.uninstallAfterCommit, as: CaptureError.self)
            return removed
        }
    }

    /// What is installed in the database; nil when nothing is.
    public static func installed(at path: String) throws -> SQLiteInstallation? {
        try CaptureError.mapping {
            let connection = try SQLiteConnection(path: path, access: .readWrite)
            try connection.execute("PRAGMA query_only = ON")
            return try connection.snapshot { try SQLiteInstallation(reading: connection) }
        }
    }

    /// Sets the flag by which changes of the open transaction count as Banyan's own; the first statement of
    /// that transaction.
    ///
    /// Does nothing in a database without a journal.
    ///
    /// - Returns: Whether there is a journal, so that `endOwnWrites` must be the transaction's last
    ///   statement.
    public static func beginOwnWrites(_ connection: SQLiteConnection) throws -> Bool {
        guard try exists(connection) else { return false }
        try connection.run(
            "INSERT OR REPLACE INTO banyan_origin (id, origin) VALUES (1, \(Origin.banyan.rawValue))")
        return true
    }

    /// Takes the flag away again; the last statement of Banyan's own transaction.
    public static func endOwnWrites(_ connection: SQLiteConnection) throws {
        try connection.run("DELETE FROM banyan_origin")
    }

    /// Whether a journal is installed.
    static func exists(_ connection: SQLiteConnection) throws -> Bool {
        try connection.integer(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'banyan_origin'") != nil
    }

    /// Everything of the journal's that the schema holds, in an order in which it can be dropped.
    static func objects(_ connection: SQLiteConnection) throws -> [(type: String, name: String)] {
        let found = try connection.rows(
            "SELECT type, name FROM sqlite_schema WHERE name LIKE 'banyan\\_%' ESCAPE '\\' ORDER BY rowid"
        ) { (type: $0.string(0) ?? "", name: $0.string(1) ?? "") }
        return found.filter { $0.type == "trigger" && SQLiteTriggers.owns($0.name) }
            + found.filter { $0.type == "view" && $0.name == seal }
            + found.filter { $0.type == "table" && tables.contains($0.name) }
    }
}

extension CaptureError {
    /// Runs `body`, turning SQLite's errors into capture errors.
    static func mapping<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as SQLiteError {
            throw CaptureError(error)
        }
    }

    /// What a failure of SQLite means for capture.
    init(_ error: SQLiteError) {
        switch error.recovery {
        case .retry:
            self.init(
                .unavailable, error.description,
                hint: "tried again by itself; look for a long write transaction")
        case .quarantine, .halt:
            // 14 is SQLITE_CANTOPEN: the file may come back.
            let code: Code = error.primaryCode == 14 ? .unavailable : .failed
            self.init(
                code, error.description, hint: "check the database file, its folder and its permissions")
        }
    }
}
