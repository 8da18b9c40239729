public import Apply
import ChangeLog
import CrashPoints
public import Model
public import PostgreSQL

/// A PostgreSQL database as a service-owned store: one connection, one thread.
///
/// A commit returns when the server has synced it. After a connection that broke, the next transaction opens
/// another one; whether a commit whose answer was lost took effect is in the ledger alone.
public final class PostgresTarget: TargetStore, QueryStore {
    let name: String
    private let address: PostgresAddress
    private var present: PostgresConnection?
    /// Whether a transaction was begun that has not ended.
    private var isOpen = false
    private var savepoints = 0
    private var layouts: [String: PostgresLayout] = [:]
    /// How tables are digested, by table and columns.
    var digests: [[String]: PostgresDigest] = [:]
    /// For fewer rows than this nothing but the statement is tried that writes any: what another way saves is
    /// less than what a failure costs.
    package var triedRows = 100
    /// How many rows one statement updates: while the server is at them the next are made ready.
    var updatedRows = 4_096
    /// Into which tables rows are copied, by name.
    var copyHabits: [String: WriteHabit] = [:]
    /// In which tables rows are updated, by name.
    var updateHabits: [String: WriteHabit] = [:]
    /// How long the server may say nothing before it is asked whether it is at work.
    var patience = Duration.seconds(60)
    /// What was written since the server last looked at Banyan's own tables.
    var statistics = PostgresStatistics()

    /// After ten seconds of waiting for a lock the transaction is tried again.
    ///
    /// Rows are always found by keys that have an index. What the planner knows of them is out of date just
    /// when it matters: tables are empty when work begins, and nobody has analyzed them when history has been
    /// read. Then it would read a table from end to end for every transaction, and compile the plan because
    /// that looks expensive. As there is one good plan for each statement, it is made once: planning takes
    /// twice the time of a statement for a few rows.
    ///
    /// What an administrator has set against sessions that do nothing, or too much, would end the same
    /// transaction again and again: a large one does nothing here while its log is read.
    private static let settings = [
        "lock_timeout=10s", "enable_seqscan=off", "jit=off", "plan_cache_mode=force_generic_plan",
        "statement_timeout=0", "idle_in_transaction_session_timeout=0",
    ]

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - address: The database.
    ///   - name: The plan's name for the system, used in errors.
    /// - Throws: `TargetError` when it cannot be reached or Banyan may make nothing in it.
    public init(_ address: PostgresAddress, name: String) throws {
        self.address = address
        self.name = name
        try wrapping {
            let connection = try self.connection
            // Another engine may make the same things at the same moment.
            for attempt in 1...3 {
                do {
                    return try connection.execute(Self.schemaSQL)
                } catch let error as PostgresError where error.isSomebodyFaster && attempt < 3 {
                    continue
                }
            }
        }
    }

    private static let schemaSQL = """
        DO $$ BEGIN
            -- The right to make a schema is asked for even where it is there.
            IF pg_catalog.to_regnamespace('banyan') IS NULL THEN CREATE SCHEMA banyan; END IF;
        END $$;
        DO $$ BEGIN CREATE DOMAIN banyan.cell AS bytea; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        CREATE TABLE IF NOT EXISTS banyan.banyan_ledger (
            stream text COLLATE "C" PRIMARY KEY, epoch bigint NOT NULL, log_offset bigint NOT NULL,
            position bigint NOT NULL, mapping text NOT NULL, updated_at timestamptz NOT NULL)
        """

    /// The connection; between transactions a new one when the last one broke. Inside a transaction there is
    /// no other: what is done on another one would not be part of it.
    var connection: PostgresConnection {
        get throws {
            if isOpen { return try transaction }
            if let present, !present.isLost { return present }
            present = nil
            let opened = try PostgresConnection(
                address, application: "banyan apply", settings: Self.settings)
            try opened.waitForWork(asking: patience)
            // Whoever configured the server to answer before a commit is synced did not mean a ledger.
            if try opened.query("SHOW synchronous_commit").text(0, 0) == "off" {
                try opened.execute("SET synchronous_commit = on")
            }
            if opened.serverVersion >= 170_000 { try opened.execute("SET transaction_timeout = 0") }
            present = opened
            return opened
        }
    }

    /// The connection on which the open transaction is; broken, it is not replaced.
    var transaction: PostgresConnection {
        get throws {
            guard let present, !present.isLost, present.isInTransaction else {
                throw TargetError(
                    .unavailable, "\(name): the connection broke", hint: "Banyan connects again")
            }
            return present
        }
    }

    /// Starts a transaction that may write.
    public func begin() throws {
        savepoints = 0
        isOpen = false
        try wrapping {
            for statement in statistics.due() { try connection.execute(statement) }
            try connection.execute("BEGIN")
        }
        isOpen = true
    }

    /// Makes the transaction durable.
    public func commit() throws {
        let connection = try transaction
        defer { isOpen = false }
        do {
            let result = try connection.query("COMMIT")
            // The server answers a commit of a failed transaction with a rollback, and calls it a success.
            guard result.command == "COMMIT" else {
                throw TargetError(
                    .failed, "\(name): the transaction had failed before its commit",
                    hint: "look at the server's log; this is a defect of Banyan's")
            }
        } catch let error as PostgresError where error.isConnectionLost {
            throw TargetError(
                .ambiguous, "\(name): \(error.description)", hint: "the ledger tells whether it took effect")
        } catch let error as PostgresError {
            throw wrap(error)
        }
    }

    /// Forgets the open transaction, if there is one.
    public func rollback() {
        present?.rollbackIfOpen()
        isOpen = false
        savepoints = 0
    }

    /// Runs `body`; when it throws, everything it wrote is undone.
    public func savepoint<T>(_ body: () throws -> T) throws -> T {
        savepoints += 1
        defer { savepoints = max(0, savepoints - 1) }
        let label = "banyan_\(savepoints)"
        try wrapping { try transaction.execute("SAVEPOINT \(label)") }
        do {
            let value = try body()
            try wrapping { try transaction.execute("RELEASE \(label)") }
            return value
        } catch {
            // With the connection the whole transaction is gone, and the error that says why must not be
            // lost.
            guard let present, !present.isLost, present.isInTransaction else { throw error }
            try wrapping { try present.execute("ROLLBACK TO \(label); RELEASE \(label)") }
            throw error
        }
    }

    /// Refuses a store in which a table is called as the server cut its name: an empty one beside it would
    /// count as the whole.
    private func requireNoCutName(_ table: TableSchema) throws {
        var name = ""
        for scalar in table.name.unicodeScalars {
            guard name.utf8.count + UTF8.width(scalar) <= PostgresName.bytesMax else { break }
            name.unicodeScalars.append(scalar)
        }
        guard PostgresTableName(table.name).isCopy, name != table.name else { return }
        let held = try PostgresCatalog.columns(
            of: PostgresTableName(schema: PostgresTableName.ownSchema, name: name), connection)
        // One of just that length may be the whole name of another.
        guard held.map(\.schema.name) == table.columns.map(\.name) else { return }
        throw TargetError(
            .schemaChanged, "\(self.name): the copy \(name) was made by a version that let its name be cut",
            hint: "it may be of two tables: begin the migration anew in this store")
    }

    /// Makes a table of Banyan's own when it is missing.
    public func ensure(_ table: TableSchema, indexes: [[Int]]) throws {
        try wrapping {
            let held = try PostgresCatalog.columns(of: PostgresTableName(table.name), connection)
            if held.isEmpty { try requireNoCutName(table) }
            try checkSought(table, indexes: indexes, held: held)
            let names = Set(held.map(\.schema.name))
            let added = held.isEmpty ? [] : PostgresTableSQL.add(to: table, indexes: indexes, held: names)
            for sql in added + PostgresTableSQL.create(table, indexes: indexes) {
                do {
                    try connection.execute(sql)
                } catch let error as PostgresError where error.isSomebodyFaster {
                    try connection.execute(sql)
                }
            }
        }
        layouts[table.name] = nil
        try crashPoint(.tableEnsured, as: TargetError.self)
    }

    /// The columns of a table of Banyan's own.
    public func columns(of table: TableSchema) throws -> Set<String>? {
        try wrapping {
            let held = try PostgresCatalog.columns(of: PostgresTableName(table.name), connection)
            return held.isEmpty ? nil : Set(held.map(\.schema.name))
        }
    }

    /// Demands that rows of a copy can be found by the columns by which they are sought now: values that were
    /// kept as their bytes are not compared as numbers.
    private func checkSought(_ table: TableSchema, indexes: [[Int]], held: [PostgresColumn]) throws {
        for column in Set(table.key + indexes.joined()).map({ table.columns[$0].name }).sorted()
        where held.contains(where: { $0.schema.name == column && $0.isCell }) {
            throw TargetError(
                .schemaChanged,
                "the copy \(table.name) was made when nothing was joined by \(column), and cannot be searched by it",
                hint: "read history again under this plan, as docs/OPERATING.md says")
        }
    }

    /// Runs `body` on one unchanging view of the store.
    public func snapshot<T>(_ body: () throws -> T) throws -> T {
        try wrapping { try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") }
        isOpen = true
        do {
            let value = try body()
            try wrapping { try transaction.execute("COMMIT") }
            isOpen = false
            return value
        } catch {
            rollback()
            throw error
        }
    }

    /// What a query gives that somebody wrote, on the view that is open.
    public func table(of query: String) throws -> QueryTable {
        try wrapping { try PostgresQuery.table(of: query, on: connection) }
    }

    // MARK: the ledger

    /// Reads a stream's ledger.
    public func ledger(of stream: String) throws -> LedgerEntry? { try ledger(of: stream, locked: false) }

    /// Reads a stream's ledger once whoever holds its row has let go of it: the server goes on with a commit
    /// whose client is gone, and holds the row until it is visible.
    public func settledLedger(of stream: String) throws -> LedgerEntry? {
        try ledger(of: stream, locked: true)
    }

    private func ledger(of stream: String, locked: Bool) throws -> LedgerEntry? {
        try wrapping {
            let sql =
                "SELECT epoch, log_offset, position, mapping FROM banyan.banyan_ledger WHERE stream = $1"
            let found = try connection.query(locked ? sql + " FOR UPDATE" : sql, [stream])
            return found.count == 0 ? nil : entry(found)
        }
    }

    /// Takes a stream over.
    public func claim(_ stream: String) throws -> LedgerEntry {
        try wrapping {
            entry(
                try connection.query(
                    """
                    INSERT INTO banyan.banyan_ledger AS l
                        (stream, epoch, log_offset, position, mapping, updated_at)
                    VALUES ($1, 1, 0, 0, '', clock_timestamp())
                    ON CONFLICT (stream) DO UPDATE SET epoch = l.epoch + 1
                    RETURNING epoch, log_offset, position, mapping
                    """, [stream]))
        }
    }

    private func entry(_ found: PostgresResult) -> LedgerEntry {
        func number(_ column: Int) -> UInt64 { UInt64(bitPattern: found.integer(0, column) ?? 0) }
        return LedgerEntry(
            epoch: Epoch(number(0)), offset: LogOffset(number(1)), position: Position(number(2)),
            mapping: found.text(0, 3) ?? "")
    }

    /// Moves a stream's ledger, if it still stands where this worker left it.
    public func advance(_ stream: String, from: LedgerEntry, to: LedgerEntry) throws -> Bool {
        try wrapping {
            var values = PostgresParameters()
            values.append(Int64(bitPattern: to.offset.value))
            values.append(Int64(bitPattern: to.position.value))
            values.append(to.mapping)
            values.append(stream)
            values.append(Int64(bitPattern: from.epoch.value))
            values.append(Int64(bitPattern: from.offset.value))
            return try transaction.run(
                """
                UPDATE banyan.banyan_ledger SET log_offset = $1, position = $2, mapping = $3,
                    updated_at = clock_timestamp()
                WHERE stream = $4 AND epoch = $5 AND log_offset = $6
                """, values
            ).affected == 1
        }
    }

    // MARK: layouts and errors

    /// How the database holds a table, asked once.
    func layout(of table: TableSchema) throws -> PostgresLayout {
        if let known = layouts[table.name] { return known }
        let layout = try PostgresLayout(of: table, connection)
        layouts[table.name] = layout
        return layout
    }

    /// Runs `body`, turning PostgreSQL's errors into the seam's.
    func wrapping<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as PostgresError {
            throw wrap(error)
        }
    }

    func wrap(_ error: PostgresError) -> TargetError {
        let words = "\(name): \(error.description)"
        if error.isReadOnly {
            // Another server may be the primary now, which only another connection finds.
            present?.abandon()
            return TargetError(
                .unavailable, words,
                hint:
                    "the server is a standby now, or lets the role only read by default; Banyan tries again "
                    + "by itself")
        }
        if error.isRefusedAtTheDoor {
            return TargetError(
                .unavailable, words,
                hint:
                    "check the address, the role and its password; an engine that runs tries again by itself")
        }
        if error.recovery == .retry {
            return TargetError(.unavailable, words, hint: "Banyan tries again by itself")
        }
        if ["42P01", "42703", "42804", "42P10"].contains(error.sqlState) {
            return TargetError(
                .schemaChanged, words, hint: "check the plan again: the store is not what it was checked with"
            )
        }
        if error.sqlState == "428C9" {
            return TargetError(
                .schemaChanged, words,
                hint:
                    "the server numbers or computes the column: ALTER TABLE … ALTER COLUMN … SET GENERATED BY "
                    + "DEFAULT where it numbers it, or take the field out of the mapping")
        }
        if error.sqlState == "42501" {
            return TargetError(
                .failed, words, hint: "grant the role what docs/POSTGRESQL.md lists for a service's store")
        }
        return TargetError(.failed, words, hint: "look at the server's log and the store's schema")
    }
}
