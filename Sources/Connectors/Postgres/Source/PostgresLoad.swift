public import Model
public import PostgreSQL

/// What a server has to do besides letting its history be read. One owner, one thread.
public final class PostgresLoad {
    /// What was measured; nil for what was not asked for.
    public struct Measured: Sendable, Equatable {
        /// How far the standby that is furthest behind has yet to replay, in seconds; 0 without one.
        public var standbyLag: Double?
        /// Sessions of others that were running a statement.
        public var sessionsAtWork: Int?
        /// What the query said.
        public var isHeld: Bool?
    }

    private let connection: PostgresConnection
    private let reading: HistoryReading

    /// How long one measurement may take.
    private static let patience = Duration.seconds(5)

    /// Connects.
    public init(_ address: PostgresAddress, _ reading: HistoryReading) throws {
        connection = try PostgresConnection(
            address, application: "banyan load", settings: ["statement_timeout=4000"])
        connection.patience = Self.patience
        self.reading = reading
    }

    /// Measures what the reading of history depends on.
    ///
    /// - Throws: `PostgresError`, also for what the role may not see: half a picture is none.
    public func measure() throws -> Measured {
        var measured = Measured()
        if reading.standbyLag != nil { measured.standbyLag = try standbyLag() }
        if reading.sessionsAtWork != nil { measured.sessionsAtWork = try sessionsAtWork() }
        if let query = reading.query { measured.isHeld = try isHeld(query) }
        return measured
    }

    private func standbyLag() throws -> Double {
        let found = try connection.query(
            """
            SELECT count(*) FILTER (WHERE r.state IS NULL),
                coalesce(max(extract(epoch FROM r.replay_lag)), 0)::float8
            FROM pg_catalog.pg_stat_replication r
            WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
                WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
            """)
        try demandRights(found, "how far standbys are behind")
        return found.text(0, 1).flatMap(Double.init) ?? 0
    }

    private func sessionsAtWork() throws -> Int {
        let found = try connection.query(
            """
            SELECT count(*) FILTER (WHERE backend_type IS NULL), count(*) FILTER (WHERE state = 'active')
            FROM pg_catalog.pg_stat_activity
            WHERE coalesce(backend_type, 'client backend') = 'client backend'
                AND pid <> pg_catalog.pg_backend_pid()
                AND application_name NOT LIKE 'banyan %'
            """)
        try demandRights(found, "what other sessions do")
        return Int(found.integer(0, 1) ?? 0)
    }

    /// Others' sessions show their state only to who may read it.
    private func demandRights(_ found: PostgresResult, _ what: String) throws {
        if found.integer(0, 0) == 0 { return }
        let role = try connection.query("SELECT pg_catalog.quote_ident(current_user)").text(0, 0) ?? ""
        throw PostgresError(
            sqlState: "42501", message: "the role may not see \(what): GRANT pg_read_all_stats TO \(role)",
            action: "look at the load")
    }

    private func isHeld(_ query: String) throws -> Bool {
        try connection.execute("BEGIN READ ONLY")
        defer { connection.rollbackIfOpen() }
        let found = try connection.query(query)
        if found.count == 1, let text = found.text(0, 0) {
            if ["t", "true"].contains(text) { return true }
            if ["f", "false"].contains(text) { return false }
        }
        throw PostgresError(
            sqlState: "22000",
            message: "the query of `history.wait_while` must give one row that begins with true or false",
            action: "look at the load")
    }
}
