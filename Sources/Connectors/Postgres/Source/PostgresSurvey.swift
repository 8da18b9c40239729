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
            try connection.waitForWork(asking: .seconds(60))
            return try PostgresSurvey(request: request, connection: connection).run()
        }
    }

    private func run() throws -> SourceSurvey {
        let facts = try connection.query(
            "SELECT current_setting('server_version'), pg_catalog.pg_database_size(current_database())")
        let present = try PostgresCatalog.read(connection).filter {
            request.tables.contains($0.schema.name)
        }.map { $0.keyed(by: request.keys[$0.schema.name]) }
        let obstacles = try PostgresObstacle.all(request, connection)
        var findings = obstacles.map { SourceSurvey.Finding(.first, $0.message, remedy: $0.remedy) }
        if obstacles.isEmpty {
            findings.append(.init(.fine, "nothing stands in the way of capturing the plan's tables"))
            findings += identities(of: present)
        }
        findings += try settings() + room() + texts()
        findings += try openTransactions() + extensions()
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
                greatest(1, extract(epoch FROM now() - (
                    SELECT coalesce(stats_reset, pg_catalog.pg_postmaster_start_time())
                    FROM pg_catalog.pg_stat_database WHERE datname = current_database())))::int8
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
                (SELECT setting::int8 FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout')
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
        return findings
    }

    /// What of the server's log there is to have, and how much of it comes to be.
    private func room() throws -> [SourceSurvey.Finding] {
        let found = try connection.query(
            """
            SELECT current_setting('wal_level'),
                current_setting('max_replication_slots')::int8
                    - (SELECT count(*) FROM pg_catalog.pg_replication_slots),
                current_setting('max_wal_senders')::int8
                    - (SELECT count(*) FROM pg_catalog.pg_stat_get_wal_senders()),
                (SELECT round(wal_bytes / greatest(extract(epoch FROM now() - stats_reset), 1) / 1e6, 1)
                 FROM pg_catalog.pg_stat_wal)
            """)
        let (slots, senders) = (found.integer(0, 1) ?? 0, found.integer(0, 2) ?? 0)
        var findings: [SourceSurvey.Finding] = []
        // What is missing of these is an obstacle.
        if found.text(0, 0) == "logical" { findings.append(.init(.fine, "wal_level is logical")) }
        findings.append(
            .init(
                slots > 0 && senders > 0 ? .fine : .change,
                "free are \(slots) replication slots, of which one is needed, and \(senders) senders"))
        findings.append(
            .init(
                .know,
                "the server writes \(found.text(0, 3) ?? "0") MB of its log in a second, on average: so much a slot "
                    + "keeps while no engine reads it"))
        return findings
    }

    /// What may not be readable as text, or is kept outside of every table.
    private func texts() throws -> [SourceSurvey.Finding] {
        let found = try connection.query(
            """
            SELECT pg_catalog.pg_encoding_to_char(encoding),
                (SELECT count(*) FROM pg_catalog.pg_largeobject_metadata)
            FROM pg_catalog.pg_database WHERE datname = current_database()
            """)
        var findings: [SourceSurvey.Finding] = []
        let encoding = found.text(0, 0) ?? ""
        if encoding == "SQL_ASCII" {
            findings.append(
                .init(
                    .change,
                    "the database's encoding is SQL_ASCII: nobody knows what its texts are, and rows with "
                        + "one that is no UTF-8 are set aside",
                    remedy: "repair such texts, or bring the database into one with ENCODING 'UTF8'"))
        } else {
            findings.append(.init(.fine, "texts are kept in \(encoding)"))
        }
        if let objects = found.integer(0, 1), objects > 0 {
            findings.append(
                .init(
                    .know, "\(objects) large objects, which leave nothing in the log: only their numbers come"
                ))
        }
        return findings
    }

    /// What changes carry of the row before, where it is enough.
    private func identities(of tables: [PostgresTable]) -> [SourceSurvey.Finding] {
        let kinds = Dictionary(grouping: tables.filter { $0.identity != .nothing }, by: \.identity)
        return kinds.map { identity, tables in
            let names = tables.map(\.schema.name).sorted().joined(separator: ", ")
            return SourceSurvey.Finding(.fine, "changes carry \(identity.words) before: \(names)")
        }.sorted { $0.message < $1.message }
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
