import Apply
import Model
import PostgreSQL

/// How a database holds a table that rows are written to and read from.
struct PostgresLayout {
    /// The table in SQL.
    let table: String
    /// The columns in the order of the schema that the core knows.
    let columns: [PostgresTargetColumn]
    /// Whether removing a row would remove or empty rows of other tables.
    let isCascading: Bool
    /// Whether the store numbers the rows itself.
    let isSequence: Bool

    /// Asks the database.
    ///
    /// - Throws: `TargetError` when the table or a column is not there.
    init(of schema: TableSchema, _ connection: PostgresConnection) throws {
        let name = PostgresTableName(schema.name)
        table = name.quoted
        let found = try PostgresCatalog.columns(of: name, connection)
        columns = try schema.columns.map { column in
            guard let match = found.first(where: { $0.schema.name == column.name }) else {
                throw TargetError(
                    .schemaChanged,
                    found.isEmpty
                        ? "the table \(schema.name) is not there"
                        : "the table \(schema.name) has no column \(column.name)",
                    hint: "check the plan again: the store is not what it was checked with")
            }
            return PostgresTargetColumn(match, kind: column.kind)
        }
        isCascading =
            try connection.query(
                """
                SELECT 1 FROM pg_catalog.pg_constraint WHERE contype = 'f'
                AND confrelid = pg_catalog.to_regclass($1) AND confdeltype NOT IN ('a', 'r') LIMIT 1
                """, [table]
            ).count > 0
        isSequence = PostgresTableSQL.isSequence(schema)
    }

    /// Some columns.
    func columns(_ places: [Int]) -> [PostgresTargetColumn] { places.map { columns[$0] } }
}
