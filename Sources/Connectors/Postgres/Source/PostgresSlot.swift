import Capture
import PostgreSQL

/// A slot as the server's list shows it.
struct PostgresSlot: Sendable, Hashable {
    /// Whether it reads this database's log with the right plugin.
    var isHere: Bool
    /// The process that reads it; nil when none does.
    var reader: Int64?
    /// What that process is called, and from where it came.
    var readerName: String?
    /// Whether the server gave up what it should have kept.
    var isLost: Bool
    /// Whether it is made: while that waits for open transactions it stands in the list already.
    var isReady: Bool
    /// Where its stream would go on.
    var confirmed: LogLocation

    /// Reads one slot by its exact name; nil when there is none.
    init?(reading connection: PostgresConnection, named name: String) throws {
        let found = try connection.query(
            """
            SELECT s.plugin = $2 AND s.slot_type = 'logical' AND s.database = current_database()
                    AND NOT s.temporary,
                s.active_pid, a.application_name || coalesce(' from ' || host(a.client_addr), ''),
                s.wal_status, s.confirmed_flush_lsn
            FROM pg_catalog.pg_replication_slots s
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = s.active_pid
            WHERE s.slot_name = $1
            """, [name, PostgresCapture.plugin])
        guard found.count == 1 else { return nil }
        isHere = found.isTrue(0, 0)
        reader = found.integer(0, 1)
        readerName = found.text(0, 2)
        isLost = found.text(0, 3) == "lost"
        isReady = found.text(0, 4) != nil
        confirmed = LogLocation(found.text(0, 4)) ?? LogLocation(0)
    }
}
