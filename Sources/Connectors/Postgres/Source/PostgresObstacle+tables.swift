import Model
import PostgreSQL

extension PostgresObstacle {
    static func missing(_ name: String, _ connection: PostgresConnection) throws -> PostgresObstacle {
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

    static func capture(
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
        obstacles += key(of: table, shape)
        let read = request.columns[name] ?? []
        for column in table.schema.columns where column.isGenerated && read.contains(column.name) {
            obstacles.append(
                PostgresObstacle(
                    message:
                        "column \(column.name) of \(name) is computed by the server, whose log does not hold it",
                    remedy: "compute it in the plan, from the columns that it is made of"))
        }
        obstacles += try rights(on: table, request, connection)
        // What a server takes for a row's identity is its primary key or a whole row.
        let needsWhole = request.wholeRows.contains(name) || table.isKeyedByPlan
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
            // Without the index there would be no key.
            let key = needsWhole && table.isKeyedByIndex ? "ALTER TABLE \(member) ADD PRIMARY KEY (…); " : ""
            obstacles.append(
                PostgresObstacle(
                    message: "changes of \(member) do not carry \(needsWhole ? "the row" : "the key") before",
                    remedy: key + "ALTER TABLE \(member) REPLICA IDENTITY \(needsWhole ? "FULL" : "DEFAULT")")
            )
        }
        return obstacles
    }

    /// What keeps rows from being known by the table's key.
    private static func key(of table: PostgresTable, _ shape: PostgresShape) -> [PostgresObstacle] {
        let (name, quoted) = (table.schema.name, table.name.quoted)
        if shape.schema.key.isEmpty {
            return [
                PostgresObstacle(
                    message: "table \(name) has no primary key by which its rows are known",
                    remedy: "ALTER TABLE \(quoted) ADD PRIMARY KEY (…), or name its key in the plan")
            ]
        }
        guard table.isKeyedByPlan else { return [] }
        return table.schema.key.map { table.schema.columns[$0] }.filter(\.isNullable).map { column in
            let quotedColumn = PostgresName.quote(column.name)
            return PostgresObstacle(
                message:
                    "column \(column.name) of \(name) may be NULL, and is in the key that the plan names",
                remedy: "ALTER TABLE \(quoted) ALTER COLUMN \(quotedColumn) SET NOT NULL")
        }
    }

    /// What the role may not do with a table.
    private static func rights(
        on table: PostgresTable, _ request: PostgresCapture.Request, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        let found = try connection.query(
            """
            SELECT pg_catalog.has_table_privilege(c.oid, 'SELECT') OR c.relkind = 'r' AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                        AND NOT pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')),
                pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE'),
                pg_catalog.pg_has_role(c.relowner, 'USAGE') OR EXISTS (
                    SELECT FROM pg_catalog.pg_publication p
                    JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
                    WHERE p.pubname = $2 AND r.prrelid = c.oid),
                pg_catalog.row_security_active(c.oid), quote_ident(current_user),
                quote_ident(o.rolname), quote_ident(n.nspname), o.rolsuper
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
            WHERE c.oid = $1::oid
            """, [String(table.oid), request.name])
        guard found.count == 1 else { return [] }
        let (name, quoted) = (table.schema.name, table.name.quoted)
        let (user, owner, schema) = (
            found.text(0, 4) ?? "", found.text(0, 5) ?? "", found.text(0, 6) ?? ""
        )
        var obstacles: [PostgresObstacle] = []
        func add(_ isFree: Bool, _ message: String, _ remedy: String) {
            if !isFree { obstacles.append(PostgresObstacle(message: message, remedy: remedy)) }
        }
        add(
            found.isTrue(0, 1), "the role \(user) may not use the schema \(schema)",
            "GRANT USAGE ON SCHEMA \(schema) TO \(user)")
        add(
            found.isTrue(0, 0), "the role \(user) may not read \(name)",
            "GRANT SELECT ON TABLE \(quoted) TO \(user)")
        add(
            found.isTrue(0, 2), "the role \(user) may not publish \(name): only who owns it may",
            // Whoever belongs to a superuser's role is one.
            found.isTrue(0, 7) ? "ALTER TABLE \(quoted) OWNER TO \(user)" : "GRANT \(owner) TO \(user)")
        add(
            !found.isTrue(0, 3), "a policy hides rows of \(name) from the role \(user)",
            "ALTER ROLE \(user) BYPASSRLS")
        return obstacles
    }

    private static func covers(_ table: PostgresTable) -> Bool {
        Set(table.schema.key).isSubset(of: table.identityColumns)
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
