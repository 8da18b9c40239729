import Model
public import PostgreSQL

/// What stands in the way of writing a service's store, each with what clears it. Only reads.
public enum PostgresStoreObstacles {
    /// Looks at a store before anything is made in it.
    ///
    /// - Parameters:
    ///   - tables: The tables that are written, as plans spell them.
    ///   - address: The database, with the role that will write.
    public static func all(_ tables: [String], at address: PostgresAddress) throws -> [PostgresObstacle] {
        let connection = try PostgresConnection(address, application: "banyan plan")
        connection.patience = .seconds(60)
        var obstacles = try store(connection)
        let known = try PostgresCatalog.read(connection)
        for name in tables {
            guard let table = known.first(where: { $0.schema.name == name }) else { continue }
            obstacles += try rights(on: table, connection)
        }
        return obstacles
    }

    private static func store(_ connection: PostgresConnection) throws -> [PostgresObstacle] {
        let own = PostgresTableName.ownSchema
        let found = try connection.query(
            """
            SELECT pg_catalog.to_regnamespace($1) IS NULL,
                has_database_privilege(current_database(), 'CREATE'),
                coalesce(has_schema_privilege(pg_catalog.to_regnamespace($1)::oid, 'USAGE')
                    AND has_schema_privilege(pg_catalog.to_regnamespace($1)::oid, 'CREATE'), false),
                quote_ident(current_user)
            """, [own])
        let user = found.text(0, 3) ?? ""
        var obstacles = try PostgresObstacle.onlyReading(connection)
        if found.isTrue(0, 0), !found.isTrue(0, 1) {
            obstacles.append(
                PostgresObstacle(
                    message: "the role \(user) may not make the schema \(own) for Banyan's own tables",
                    remedy: "CREATE SCHEMA \(own) AUTHORIZATION \(user)"))
        } else if !found.isTrue(0, 0), !found.isTrue(0, 2) {
            obstacles.append(
                PostgresObstacle(
                    message: "the role \(user) may make nothing in the schema \(own)",
                    remedy: "GRANT USAGE, CREATE ON SCHEMA \(own) TO \(user)"))
        }
        return obstacles
    }

    /// Looks at a database in which a control store is, or is to be made.
    public static func control(at address: PostgresAddress) throws -> [PostgresObstacle] {
        let connection = try PostgresConnection(address, application: "banyan plan")
        connection.patience = .seconds(60)
        let schema = PostgresTableName.controlSchema
        // The tables are made together; who makes them needs the right to make the schema, there or not.
        let found = try connection.query(
            """
            WITH made AS (SELECT c.oid FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = $1 AND c.relkind = 'r')
            SELECT EXISTS (SELECT FROM made), has_database_privilege(current_database(), 'CREATE'),
                coalesce(has_schema_privilege(pg_catalog.to_regnamespace($1)::oid, 'USAGE'), false)
                    AND NOT EXISTS (SELECT FROM made
                        WHERE NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
                            AND has_table_privilege(oid, 'UPDATE'))),
                quote_ident(current_user), quote_ident(current_database())
            """, [schema])
        let (user, database) = (found.text(0, 3) ?? "", found.text(0, 4) ?? "")
        var obstacles = try PostgresObstacle.onlyReading(connection)
        if !found.isTrue(0, 0), !found.isTrue(0, 1) {
            obstacles.append(
                PostgresObstacle(
                    message: "the role \(user) may not make the schema \(schema) and its tables",
                    remedy: "GRANT CREATE ON DATABASE \(database) TO \(user)"))
        } else if found.isTrue(0, 0), !found.isTrue(0, 2) {
            obstacles.append(
                PostgresObstacle(
                    message: "the role \(user) may not use the schema \(schema)",
                    remedy: "GRANT USAGE ON SCHEMA \(schema) TO \(user); "
                        + "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA \(schema) TO \(user)"))
        }
        return obstacles
    }

    private static let needed = ["SELECT", "INSERT", "UPDATE", "DELETE"]

    private static func rights(
        on table: PostgresTable, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        let asked = needed.map { "pg_catalog.has_table_privilege(c.oid, '\($0)')" }.joined(separator: ", ")
        let found = try connection.query(
            """
            SELECT \(asked), pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE'),
                pg_catalog.row_security_active(c.oid), quote_ident(current_user), quote_ident(n.nspname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = $1::oid
            """, [String(table.oid)])
        guard found.count == 1 else { return [] }
        let (user, schema) = (found.text(0, 6) ?? "", found.text(0, 7) ?? "")
        var obstacles: [PostgresObstacle] = []
        if !found.isTrue(0, 4) {
            obstacles.append(
                PostgresObstacle(
                    message: "the role \(user) may not use the schema \(schema)",
                    remedy: "GRANT USAGE ON SCHEMA \(schema) TO \(user)"))
        }
        let lacking = needed.indices.filter { !found.isTrue(0, $0) }.map { needed[$0] }
        if !lacking.isEmpty {
            let words = lacking.joined(separator: ", ")
            obstacles.append(
                PostgresObstacle(
                    message: "the role \(user) lacks \(words) on \(table.schema.name)",
                    remedy: "GRANT \(words) ON TABLE \(table.name.quoted) TO \(user)"))
        }
        if found.isTrue(0, 5) {
            obstacles.append(
                PostgresObstacle(
                    message: "a policy hides rows of \(table.schema.name) from the role \(user)",
                    remedy: "ALTER ROLE \(user) BYPASSRLS"))
        }
        return obstacles
    }
}
