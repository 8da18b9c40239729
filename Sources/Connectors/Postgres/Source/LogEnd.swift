import Capture
import PostgreSQL

/// Where the log of the server behind a connection ends.
struct LogEnd {
    private let connection: PostgresConnection
    /// The length of the log's pages.
    private let page: UInt64

    init(_ connection: PostgresConnection) throws {
        self.connection = connection
        let found = try connection.query("SELECT current_setting('wal_block_size')")
        page = UInt64(found.integer(0, 0) ?? 8_192)
        // A commit of ours waits for this server's disk, and for no other server.
        try connection.execute("SET synchronous_commit = 'local'")
    }

    /// The end of everything that was written to the log, be it on disk or not: no commit that anybody can
    /// see stands behind it.
    func written() throws -> LogLocation { try places().written.beforePageHead(of: page) }

    /// The end of what is on disk, which is what streams bring.
    func flushed() throws -> LogLocation { try places().flushed.beforePageHead(of: page) }

    /// The same as `written`, and everything up to there is on disk when this returns.
    ///
    /// Reading can leave records in the log (pages are tidied up on the way) that nobody brings to disk as
    /// long as nothing is committed: a stream would not come to the end of an idle server's log. A message
    /// that means nothing is committed then.
    func settled() throws -> LogLocation {
        let places = try places()
        if places.flushed < places.written {
            _ = try connection.query("SELECT pg_catalog.pg_logical_emit_message(true, 'banyan', '')")
        }
        return places.written.beforePageHead(of: page)
    }

    private func places() throws -> (written: LogLocation, flushed: LogLocation) {
        let found = try connection.query(
            "SELECT pg_catalog.pg_current_wal_insert_lsn(), pg_catalog.pg_current_wal_flush_lsn()")
        guard let written = LogLocation(found.text(0, 0)), let flushed = LogLocation(found.text(0, 1)) else {
            throw CaptureError(
                .failed, "the server does not say where its log ends",
                hint: "check that the address is that of a primary server")
        }
        return (written, flushed)
    }
}
