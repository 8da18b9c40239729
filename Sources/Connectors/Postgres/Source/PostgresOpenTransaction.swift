import PostgreSQL

/// A transaction that has written and is open, as everybody may know of it.
struct PostgresOpenTransaction: Sendable, Hashable {
    /// Who has it, for people.
    var words: String
    /// What ends it.
    var remedy: String
    /// For how long it has been open, in seconds; nil where that is not shown.
    var seconds: Int64?

    /// The open transactions of the whole server but one's own, each once: first those that are prepared,
    /// which nobody ends by himself, then the oldest.
    static func all(_ connection: PostgresConnection) throws -> [PostgresOpenTransaction] {
        // Whoever has written holds a lock on his own number (and one for each savepoint), which everybody
        // sees; what a session runs and since when is seen only with the right to.
        let found = try connection.query(
            """
            SELECT pid, name, gid, database, extract(epoch FROM now() - since)::int8 FROM (
            SELECT DISTINCT ON (l.virtualtransaction, p.gid)
                l.pid, a.application_name AS name, quote_literal(p.gid) AS gid, p.database,
                coalesce(p.prepared, a.xact_start) AS since
            FROM pg_catalog.pg_locks l
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            LEFT JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = l.transactionid
            WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
                AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
            ORDER BY l.virtualtransaction, p.gid, age(l.transactionid) DESC) AS each
            ORDER BY gid IS NULL, since, pid
            """)
        return (0..<found.count).map { row in
            let seconds = found.integer(row, 4)
            let since = seconds.map { ", open for \($0) s" } ?? ""
            if let prepared = found.text(row, 2) {
                let database = found.text(row, 3) ?? ""
                return PostgresOpenTransaction(
                    words: "the prepared transaction \(prepared) in \(database)\(since)",
                    remedy: "COMMIT PREPARED \(prepared), or ROLLBACK PREPARED \(prepared), in \(database)",
                    seconds: seconds)
            }
            let process = found.text(row, 0) ?? "unknown"
            let name = found.text(row, 1).flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
            return PostgresOpenTransaction(
                words: "process \(process)\(name)\(since)",
                remedy: "wait until it ends, or end it: SELECT pg_terminate_backend(\(process))",
                seconds: seconds)
        }
    }
}
