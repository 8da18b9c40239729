public import Capture
public import Model
public import PostgreSQL

/// Reads present rows of captured tables in key order, each chunk in one snapshot, between two places of the
/// log. One owner, one thread, a connection of its own.
///
/// A commit stands in the server's log before snapshots show it. What a chunk may lack although it was logged
/// is known exactly: whoever writes holds a lock on its own number until after snapshots show its commit, so
/// these locks are read after the log's end and before the snapshot. A transaction that was logged before the
/// end was read is then among the holders of locks, or the snapshot shows it.
public final class PostgresRangeReader: BoundedRangeReader, RangeDigester, QueryReader {
    private let connection: PostgresConnection
    private let tables: [String: PostgresTable]
    private var queries: [String: PostgresRangeQuery] = [:]
    private var digests: [[String]: PostgresDigest] = [:]
    private let log: LogEnd

    /// How long the server may take for one statement of a chunk: its size is limited, but the server may
    /// have to sort the table for it.
    private static let chunkPatience = Duration.seconds(3_600)

    /// Opens a reader of the tables that a capture publishes.
    ///
    /// - Parameters:
    ///   - address: The server and the database; the role needs to read the tables.
    ///   - capture: What was installed, by its name.
    public init(_ address: PostgresAddress, capture: String) throws {
        (connection, tables, log) = try CaptureError.mapping {
            // A limit of the server's on statements would end the same chunk again and again.
            let connection = try PostgresConnection(
                address, application: "banyan history", settings: ["statement_timeout=0"])
            connection.patience = Self.chunkPatience
            guard let found = try PostgresInstallation(reading: connection, named: capture) else {
                throw PostgresCapture.missing(capture)
            }
            var tables: [String: PostgresTable] = [:]
            for table in try PostgresCatalog.read(connection) where found.tables.contains(table.schema.name) {
                tables[table.schema.name] = table.keyed(by: found.vigil.tables[table.schema.name]?.key)
            }
            return (connection, tables, try LogEnd(connection))
        }
    }

    /// The rows after `key`, in the order of the key's values; texts by their bytes.
    public func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        try chunk(of: table, after: key, upTo: nil, limit: limit)
    }

    /// The rows after `key` up to `end`, in that order.
    public func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws
        -> RangeChunk
    {
        try chunk(of: table, after: key, upTo: end, limit: limit)
    }

    private func chunk(of table: String, after key: Key?, upTo end: Key?, limit: ChunkLimit) throws
        -> RangeChunk
    {
        let query = try query(of: table)
        return try rollingBack(query) { try read(query, after: key, through: end, limit: limit) }
    }

    private func rollingBack<T>(_ query: PostgresRangeQuery, _ body: () throws -> T) throws -> T {
        try CaptureError.mapping {
            do {
                return try body()
            } catch {
                connection.rollbackIfOpen()
                throw unreadable(error, query) ?? error
            }
        }
    }

    /// What an error says of the table alone: that it, or a column of it, is not there any more, is something
    /// else, or may not be read.
    private func unreadable(_ error: any Error, _ query: PostgresRangeQuery) -> UnreadableTable? {
        // Syntax errors and violated access rules, the class of everything that statements name and is not
        // so.
        guard let error = error as? PostgresError, error.stateClass == "42", !connection.isLost else {
            return nil
        }
        return query.unreadable(
            "its history cannot be read: \(error.message)",
            "give the table back what is missing, or take the change into the plan")
    }

    /// The key of the row that stands some rows after `key`, by the index of the key.
    public func boundary(of table: String, after key: Key?, rows: Int) throws -> Key? {
        let query = try query(of: table)
        return try rollingBack(query) { try query.boundary(connection, after: key, rows: rows) }
    }

    /// The number of rows by the server's statistics.
    public func estimatedRows(of table: String) throws -> Int {
        let oid = try query(of: table).oid
        return try CaptureError.mapping {
            let found = try connection.query(
                """
                SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::int8 FROM pg_catalog.pg_class c
                WHERE c.relkind = 'r' AND (c.oid = $1::oid OR c.oid IN
                    (SELECT relid FROM pg_catalog.pg_partition_tree($1::oid::regclass)))
                """, [String(oid)])
            return Int(found.integer(0, 0) ?? 0)
        }
    }

    /// What a query gives that somebody wrote about the captured tables.
    public func view(of query: String) throws -> QueryView {
        try CaptureError.mapping {
            do {
                let (frontier, unseen) = try beginAtSnapshot(of: tables.values.map(\.oid).sorted())
                let table = try PostgresQuery.table(of: query, on: connection)
                try connection.execute("COMMIT")
                return QueryView(
                    table: table, frontier: frontier, horizon: max(frontier, try log.settled().position),
                    unseen: unseen)
            } catch {
                connection.rollbackIfOpen()
                throw error
            }
        }
    }

    /// The types of the columns, and the server's version.
    public func digestForm(of table: String, columns: [String]) throws -> String? {
        guard let found = tables[table] else { return nil }
        let digest = try CaptureError.mapping {
            try PostgresDigest(table: found.name.quoted, names: columns, connection)
        }
        digests[[table] + columns] = digest
        return digest?.form
    }

    /// Digests about so many rows after a key, in one snapshot.
    public func digests(of table: String, columns: [String], after: Int64?, rows: Int) throws
        -> DigestView?
    {
        let query = try query(of: table)
        return try rollingBack(query) {
            guard let digest = digests[[table] + columns] else {
                throw CaptureError(
                    .failed, "\(table) was not asked for its digest's form",
                    hint: "this is a defect of Banyan's")
            }
            let (first, through) = try digest.bounds(after: after, rows: rows, connection)
            let (frontier, unseen) = try beginAtSnapshot(of: [query.oid])
            let range = KeyRange(after: after, through: through)
            let shift = DigestView.shift(
                from: first ?? 0, through: through ?? (first ?? 0) &+ Int64(rows), rows: rows)
            let digests = try digest.digests(in: range, shift: shift, connection)
            try connection.execute("COMMIT")
            return DigestView(
                digests: digests, shift: shift, range: range, frontier: frontier,
                horizon: max(frontier, try log.settled().position), unseen: unseen)
        }
    }

    private func query(of name: String) throws -> PostgresRangeQuery {
        if let query = queries[name] { return query }
        guard let table = tables[name] else {
            throw CaptureError(
                .unsupported, "table \(name) is not captured",
                hint: "install its capture before its history is read")
        }
        let query = try CaptureError.mapping { try PostgresRangeQuery(table, connection) }
        queries[name] = query
        return query
    }

    private func read(
        _ query: PostgresRangeQuery, after key: Key?, through end: Key?, limit: ChunkLimit
    ) throws -> RangeChunk {
        let (frontier, unseen) = try beginAtSnapshot(of: [query.oid])
        var batch = ChangeBatch(tables: [query.shape.schema])
        let isLast = try query.read(connection, after: key, through: end, limit: limit, into: &batch)
        try connection.execute("COMMIT")
        batch.transactions = [
            ChangeBatch.Transaction(
                position: frontier, committedAt: nil, origin: .application, changes: 0..<batch.changes.count)
        ]
        return RangeChunk(
            batch: batch, frontier: frontier, horizon: max(frontier, try log.settled().position),
            unseen: unseen, lastKey: query.lastKey(of: batch), isLast: isLast)
    }

    /// How often another snapshot is taken because commits were on their way, each a few statements later.
    private static let snapshotsMax = 20

    /// Begins a transaction on a snapshot that shows everything up to the log's end before it, if one can be
    /// had soon: commits take moments to become visible.
    ///
    /// - Returns: That end, and what the snapshot does not show of it.
    private func beginAtSnapshot(
        of tables: [UInt32]
    ) throws -> (frontier: Position, unseen: Set<UInt64>) {
        let list = "{\(tables.map(String.init).joined(separator: ","))}"
        var attempt = 1
        while true {
            let frontier = try log.written().position
            let writers = try connection.query(Self.writersSQL, [list]).texts(0)
            // The first statement of the transaction takes the snapshot that all of it reads.
            try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let text = try connection.query("SELECT pg_catalog.pg_current_snapshot()").text(0, 0) ?? ""
            guard let snapshot = PostgresSnapshot(text) else {
                throw CaptureError(
                    .failed, "the server's snapshot cannot be read",
                    hint: "report this with the server's version")
            }
            let unseen = snapshot.hidden(of: writers.compactMap { UInt32($0) })
            if unseen.isEmpty || attempt == Self.snapshotsMax { return (frontier, unseen) }
            attempt += 1
            try connection.execute("COMMIT")
        }
    }

    /// The transactions that may have changed one of the tables and be about to commit: each holds a lock on
    /// its own number, and one on the table, or its partition, until whoever comes later sees what it did.
    ///
    /// One whose session waits for its next statement has not begun to commit; what the role may not know of
    /// other sessions counts as if it had. A prepared transaction has no session.
    private static let writersSQL = """
        SELECT l.transactionid FROM pg_catalog.pg_locks l
        LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
            AND a.state IS DISTINCT FROM 'idle in transaction'
            AND a.state IS DISTINCT FROM 'idle in transaction (aborted)'
            AND EXISTS (SELECT FROM pg_catalog.pg_locks r
                WHERE r.virtualtransaction = l.virtualtransaction AND r.locktype = 'relation'
                AND r.mode NOT IN ('AccessShareLock', 'RowShareLock') AND r.granted
                AND r.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                AND (r.relation = ANY ($1::oid[]) OR r.relation IN (SELECT p.relid
                    FROM unnest($1::oid[]) o, pg_catalog.pg_partition_tree(o::regclass) p)))
        """
}
