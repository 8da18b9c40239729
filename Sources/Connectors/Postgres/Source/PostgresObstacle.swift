public import Capture
import Model
import PostgreSQL

/// Something that stands in the way of capture, with what clears it.
public struct PostgresObstacle: Sendable, Hashable {
    /// What was found.
    public var message: String
    /// The statement, or what a person must do, that clears it.
    public var remedy: String

    /// The obstacle as an error.
    public var error: CaptureError { CaptureError(.unsupported, message, hint: remedy) }

    /// Everything that stands in the way of a request, the server's settings first.
    static func all(
        _ request: PostgresCapture.Request, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        var obstacles = server(version: connection.serverVersion)
        // An older server has not even the settings that are asked for.
        guard obstacles.isEmpty else { return obstacles }
        obstacles += try settings(request, connection)
        let tables = try PostgresCatalog.read(connection)
        for name in request.tables {
            if let table = tables.first(where: { $0.schema.name == name }) {
                obstacles += try capture(of: table, request, connection)
            } else {
                obstacles.append(try missing(name, connection))
            }
        }
        return obstacles
    }

    /// The first minor version of each major one that reads its log by the catalog as it was: earlier ones
    /// miss rows of a transaction during which somebody added a table to a publication.
    private static let soundMinors = [14: 18, 15: 13, 16: 9, 17: 5]

    /// What is wrong with a server's version, as libpq writes it: 150020 is 15.20.
    static func server(version: Int) -> [PostgresObstacle] {
        let (major, minor) = (version / 10_000, version % 10_000)
        guard major >= 14 else {
            return [
                PostgresObstacle(
                    message: "the server is PostgreSQL \(major)",
                    remedy: "capture needs PostgreSQL 14 or later")
            ]
        }
        guard let sound = soundMinors[major], minor < sound else { return [] }
        return [
            PostgresObstacle(
                message: "PostgreSQL \(major).\(minor) can lose rows of its log while tables are altered",
                remedy: "update the server to \(major).\(sound) or later; its data stays as it is")
        ]
    }

    private static func settings(
        _ request: PostgresCapture.Request, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        let found = try connection.query(
            """
            SELECT current_setting('wal_level'), current_setting('max_replication_slots')::int8,
                (SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name <> $1),
                current_setting('max_wal_senders')::int8,
                (SELECT rolreplication OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
                has_database_privilege(current_database(), 'CREATE'), quote_ident(current_user),
                quote_ident(current_database()),
                (SELECT count(*) FROM pg_catalog.pg_replication_slots
                 WHERE slot_name = $1 AND database IS DISTINCT FROM current_database())
            """, [request.name])
        var obstacles: [PostgresObstacle] = []
        func add(_ isFree: Bool, _ message: String, _ remedy: String) {
            if !isFree { obstacles.append(PostgresObstacle(message: message, remedy: remedy)) }
        }
        let level = found.text(0, 0) ?? ""
        add(
            level == "logical", "wal_level is \(level), not logical",
            "ALTER SYSTEM SET wal_level = 'logical'; then restart the server")
        let slots = (most: found.integer(0, 1) ?? 0, used: found.integer(0, 2) ?? 0)
        add(
            slots.used < slots.most, "all \(slots.most) replication slots are taken",
            "ALTER SYSTEM SET max_replication_slots = \(slots.most + 4); then restart the server")
        add(
            found.integer(0, 3) ?? 0 > 0, "max_wal_senders is 0",
            "ALTER SYSTEM SET max_wal_senders = 10; then restart the server")
        let user = found.text(0, 6) ?? ""
        add(
            found.isTrue(0, 4), "the role \(user) may not replicate", "ALTER ROLE \(user) REPLICATION")
        let database = found.text(0, 7) ?? ""
        add(
            found.isTrue(0, 5), "the role \(user) may not make a publication",
            "GRANT CREATE ON DATABASE \(database) TO \(user)")
        add(
            found.integer(0, 8) == 0, "the slot \(request.name) belongs to another database of the server",
            "choose another name")
        return obstacles
    }

    private static func missing(_ name: String, _ connection: PostgresConnection) throws -> PostgresObstacle {
        let table = PostgresTableName(name)
        let found = try connection.query(
            """
            SELECT CASE WHEN c.relispartition THEN 'a partition' ELSE
                CASE c.relkind WHEN 'f' THEN 'a foreign table' WHEN 'v' THEN 'a view'
                WHEN 'm' THEN 'a materialized view' ELSE 'no table' END END
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2
            """, [table.schema, table.name])
        guard found.count == 1 else {
            return PostgresObstacle(
                message: "there is no table \(name)", remedy: "correct its name in the plan")
        }
        return PostgresObstacle(
            message: "\(name) is \(found.text(0, 0) ?? ""), which leaves no changes in the log",
            remedy: "capture the tables that it shows, or the partitioned table that it belongs to")
    }

    private static func capture(
        of table: PostgresTable, _ request: PostgresCapture.Request, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        var obstacles: [PostgresObstacle] = []
        let (name, quoted) = (table.schema.name, table.name.quoted)
        if table.persistence != "p" {
            obstacles.append(
                PostgresObstacle(
                    message: "table \(name) leaves nothing in the log: it is unlogged or temporary",
                    remedy: "ALTER TABLE \(quoted) SET LOGGED"))
        }
        let heirs = try connection.query(
            """
            SELECT n.nspname, h.relname FROM pg_catalog.pg_inherits i
            JOIN pg_catalog.pg_class c ON c.oid = i.inhparent
            JOIN pg_catalog.pg_class h ON h.oid = i.inhrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = h.relnamespace
            WHERE c.oid = $1::oid AND c.relkind = 'r' ORDER BY n.nspname, h.relname
            """, [String(table.oid)])
        if heirs.count > 0 {
            let statements = (0..<heirs.count).map { row in
                let heir = PostgresName.quote(schema: heirs.text(row, 0) ?? "", heirs.text(row, 1) ?? "")
                return "ALTER TABLE \(heir) NO INHERIT \(quoted)"
            }
            obstacles.append(
                PostgresObstacle(
                    message:
                        "table \(name) has tables that inherit from it, whose rows are read with its own",
                    remedy: statements.joined(separator: "; ")))
        }
        let shape = PostgresShape(table)
        if shape.schema.key.isEmpty {
            obstacles.append(
                PostgresObstacle(
                    message: "table \(name) has no primary key by which its rows are known",
                    remedy: "ALTER TABLE \(quoted) ADD PRIMARY KEY (…)"))
        }
        let read = request.columns[name] ?? []
        for column in table.schema.columns where column.isGenerated && read.contains(column.name) {
            obstacles.append(
                PostgresObstacle(
                    message:
                        "column \(column.name) of \(name) is computed by the server, whose log does not hold it",
                    remedy: "compute it in the plan, from the columns that it is made of"))
        }
        let needsWhole = request.wholeRows.contains(name)
        for (member, identity) in try identities(table, connection) {
            let carriesKey =
                switch identity {
                case .full: true
                case .primaryKey: !table.schema.key.isEmpty && !needsWhole
                // Of another unique index only its own columns are carried.
                case .index: !needsWhole && covers(table)
                case .nothing: false
                }
            guard !carriesKey, !shape.schema.key.isEmpty else { continue }
            obstacles.append(
                PostgresObstacle(
                    message: "changes of \(member) do not carry \(needsWhole ? "the row" : "the key") before",
                    remedy: "ALTER TABLE \(member) REPLICA IDENTITY \(needsWhole ? "FULL" : "DEFAULT")"))
        }
        return obstacles
    }

    private static func covers(_ table: PostgresTable) -> Bool {
        let key = table.schema.key.isEmpty ? table.identityColumns : table.schema.key
        return Set(key).isSubset(of: table.identityColumns)
    }

    /// The table itself, and every partition of it: each row's changes follow its own partition.
    private static func identities(
        _ table: PostgresTable, _ connection: PostgresConnection
    ) throws -> [(String, PostgresTable.ReplicaIdentity)] {
        guard table.kind == "p" else { return [(table.name.quoted, table.identity)] }
        let found = try connection.query(
            """
            SELECT n.nspname, c.relname, c.relreplident FROM pg_catalog.pg_partition_tree($1::oid::regclass) t
            JOIN pg_catalog.pg_class c ON c.oid = t.relid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ORDER BY t.level, c.relname
            """, [String(table.oid)])
        return (0..<found.count).map { row in
            (
                PostgresName.quote(schema: found.text(row, 0) ?? "", found.text(row, 1) ?? ""),
                PostgresTable.ReplicaIdentity(rawValue: found.text(row, 2) ?? "") ?? .nothing
            )
        }
    }
}
