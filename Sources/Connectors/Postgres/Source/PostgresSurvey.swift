public import Capture
import Model
public import PostgreSQL

/// Looks at a PostgreSQL database before a migration begins. Only reads, and only catalogs and statistics.
public struct PostgresSurvey {
    private let request: PostgresCapture.Request
    private let connection: PostgresConnection

    /// Looks at what a capture would be of.
    ///
    /// - Throws: `CaptureError` when the server cannot be asked.
    public static func run(_ request: PostgresCapture.Request, at address: PostgresAddress) throws
        -> SourceSurvey
    {
        try CaptureError.mapping {
            let connection = try PostgresConnection(address, application: "banyan assess")
            (connection.patience, connection.waitsForWork) = (.seconds(60), true)
            return try PostgresSurvey(request: request, connection: connection).run()
        }
    }

    private func run() throws -> SourceSurvey {
        let facts = try connection.query(
            "SELECT current_setting('server_version'), pg_catalog.pg_database_size(current_database())")
        let present = try PostgresCatalog.read(connection).filter {
            request.tables.contains($0.schema.name)
        }
        let obstacles = try PostgresObstacle.all(request, connection)
        var findings = obstacles.map { SourceSurvey.Finding(.first, $0.message, remedy: $0.remedy) }
        if obstacles.isEmpty {
            findings.append(.init(.fine, "nothing stands in the way of capturing the plan's tables"))
        }
        findings += try settings() + openTransactions() + extensions()
        for table in present { findings += try neighbours(of: table) }
        return SourceSurvey(
            product: "PostgreSQL \(facts.text(0, 0) ?? "")", bytes: Int(facts.integer(0, 1) ?? 0),
            tables: try present.map(measure), findings: findings, clients: try clients())
    }

    private func measure(_ table: PostgresTable) throws -> SourceSurvey.Table {
        let found = try connection.query(
            """
            SELECT sum(pg_catalog.pg_total_relation_size(t.id))::int8,
                sum(greatest(c.reltuples, 0))::int8,
                sum(coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0))::int8,
                extract(epoch FROM now() - (
                    SELECT coalesce(stats_reset, pg_catalog.pg_postmaster_start_time())
                    FROM pg_catalog.pg_stat_database WHERE datname = current_database()))::int8
            FROM (SELECT $1::oid AS id UNION
                SELECT relid::oid FROM pg_catalog.pg_partition_tree($1::oid::regclass)) t
            JOIN pg_catalog.pg_class c ON c.oid = t.id
            LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = t.id
            """, [String(table.oid)])
        let (writes, seconds) = (found.integer(0, 2) ?? 0, found.integer(0, 3) ?? 0)
        return SourceSurvey.Table(
            name: table.schema.name, rows: Int(found.integer(0, 1) ?? 0),
            bytes: found.integer(0, 0).map(Int.init(clamping:)),
            writesPerSecond: seconds > 0 ? Double(writes) / Double(seconds) : nil,
            key: table.schema.key.map { table.schema.columns[$0].name })
    }

    private func settings() throws -> [SourceSurvey.Finding] {
        let found = try connection.query(
            """
            SELECT current_setting('max_slot_wal_keep_size'),
                (SELECT setting::int8 FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'),
                pg_catalog.pg_is_in_recovery()
            """)
        var findings: [SourceSurvey.Finding] = []
        if found.text(0, 0) == "-1" {
            findings.append(
                .init(
                    .change,
                    "the server keeps its log for a slot without a limit: an engine that stands still fills the disk",
                    remedy:
                        "ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; SELECT pg_reload_conf() — as much as the disk has room for"
                ))
        } else {
            findings.append(.init(.fine, "a slot may keep \(found.text(0, 0) ?? "") of the server's log"))
        }
        if found.integer(0, 1) == 0 {
            findings.append(
                .init(
                    .change, "the server never gives up a reader of its log that is gone",
                    remedy: "ALTER SYSTEM SET wal_sender_timeout = '60s'; SELECT pg_reload_conf()"))
        }
        if found.isTrue(0, 2) {
            findings.append(
                .init(.first, "the server is a standby", remedy: "name the primary server in the plan"))
        }
        return findings
    }

    private func openTransactions() throws -> [SourceSurvey.Finding] {
        try PostgresOpenTransaction.all(connection).map {
            .init(.change, "the capture could not begin while this is open: \($0.words)", remedy: $0.remedy)
        }
    }

    private func extensions() throws -> [SourceSurvey.Finding] {
        let names = try connection.query(
            "SELECT extname FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
        ).texts(0)
        return names.isEmpty ? [] : [.init(.know, "extensions: \(names.joined(separator: ", "))")]
    }

    /// What hangs together with a table: what the service will have to do itself, and who else uses it.
    private func neighbours(of table: PostgresTable) throws -> [SourceSurvey.Finding] {
        let name = table.schema.name
        func names(_ sql: String) throws -> String? {
            let found = try connection.query(sql, [String(table.oid)]).texts(0)
            return found.isEmpty ? nil : found.joined(separator: ", ")
        }
        var findings: [SourceSurvey.Finding] = []
        func know(_ words: String, _ sql: String) throws {
            if let found = try names(sql) { findings.append(.init(.know, "\(name): \(words) \(found)")) }
        }
        try know(
            "triggers, whose work the service has to do itself one day:",
            "SELECT tgname FROM pg_catalog.pg_trigger WHERE tgrelid = $1::oid AND NOT tgisinternal ORDER BY 1"
        )
        try know(
            "referred to by",
            """
            SELECT DISTINCT conrelid::regclass::text FROM pg_catalog.pg_constraint
            WHERE contype = 'f' AND confrelid = $1::oid AND conrelid <> confrelid ORDER BY 1
            """)
        try know(
            "refers to",
            """
            SELECT DISTINCT confrelid::regclass::text FROM pg_catalog.pg_constraint
            WHERE contype = 'f' AND conrelid = $1::oid AND conrelid <> confrelid ORDER BY 1
            """)
        try know(
            "numbers come from the sequences",
            """
            SELECT objid::regclass::text FROM pg_catalog.pg_depend JOIN pg_catalog.pg_class c ON c.oid = objid
            WHERE classid = 'pg_class'::regclass AND refobjid = $1::oid AND deptype IN ('a', 'i')
                AND c.relkind = 'S' ORDER BY 1
            """)
        try know(
            "shown by the views",
            """
            SELECT DISTINCT r.ev_class::regclass::text FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
            WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = $1::oid AND r.ev_class <> $1::oid
            ORDER BY 1
            """)
        try know(
            "named in the routines",
            """
            SELECT DISTINCT p.oid::regprocedure::text FROM pg_catalog.pg_proc p, pg_catalog.pg_class c
            WHERE c.oid = $1::oid AND p.prokind IN ('f', 'p') AND p.prosrc ILIKE '%' || c.relname || '%'
                AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
            ORDER BY 1 LIMIT 20
            """)
        if table.rows < 0 {
            findings.append(
                .init(
                    .change, "\(name) has no statistics: how much is left to read cannot be said",
                    remedy: "ANALYZE \(table.name.quoted)"))
        }
        return findings
    }

    private func clients() throws -> [SourceSurvey.Client] {
        let found = try connection.query(
            """
            SELECT coalesce(application_name, ''), coalesce(usename, ''), count(*)
            FROM pg_catalog.pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend'
                AND pid <> pg_catalog.pg_backend_pid()
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
            """)
        return (0..<found.count).map { row in
            SourceSurvey.Client(
                application: found.text(row, 0) ?? "", role: found.text(row, 1) ?? "",
                connections: Int(found.integer(row, 2) ?? 0))
        }
    }
}
