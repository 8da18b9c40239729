public import Apply
public import Model
public import PostgreSQL

/// Finds present rows of a PostgreSQL database as the images that capture would write.
public final class PostgresRowFinder: RowFinder {
    private let connection: PostgresConnection
    private var layouts: [String: PostgresLayout] = [:]

    /// Opens a database for looking.
    public init(_ address: PostgresAddress) throws {
        connection = try PostgresConnection(
            address, application: "banyan look", settings: ["default_transaction_read_only=on"])
        try connection.waitForWork(asking: .seconds(60))
    }

    /// Rows in key order: at most so many after a key.
    public func rows(of table: TableSchema, after key: Key?, limit: Int) throws -> RowBuffer {
        try reader(of: table).range(after: key, through: nil, limit: limit, whole(table))
    }

    /// The rows whose `columns` hold each of these values, in key order.
    public func rows(of table: TableSchema, by columns: [Int], equal keys: RowBuffer) throws -> RowGroups {
        try reader(of: table).fetch(keys, by: columns, whole(table))
    }

    /// The distinct values of a column among its first rows as text; nil when there are more than `limit`.
    public func distinctValues(of column: String, in table: String, limit: Int) throws -> [String?]? {
        let name = PostgresName.quote(column)
        let found = try connection.query(
            """
            SELECT DISTINCT v::text FROM (SELECT \(name) AS v FROM \(PostgresTableName(table).quoted)
                LIMIT 10000) AS first LIMIT $1
            """, [String(limit + 1)])
        return found.count > limit ? nil : (0..<found.count).map { found.text($0, 0) }
    }

    private func reader(of table: TableSchema) throws -> PostgresRows {
        let layout = try layouts[table.name] ?? PostgresLayout(of: table, connection)
        layouts[table.name] = layout
        return PostgresRows(connection, layout)
    }

    private func whole(_ table: TableSchema) -> TableAccess {
        TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
    }
}
