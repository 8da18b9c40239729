public import Apply
public import Model
import SQLite

/// Finds present rows of a SQLite database as the images that capture would write; needs no journal and
/// changes nothing.
///
/// One owner, one thread.
public final class SQLiteRowFinder: RowFinder {
    private let connection: SQLiteConnection

    /// Opens a database for looking.
    public init(path: String) throws {
        connection = try SQLiteConnection(path: path, access: .readOnly)
    }

    /// Rows in key order: at most so many after a key.
    public func rows(of table: TableSchema, after key: Key?, limit: Int) throws -> RowBuffer {
        let names = table.key.map { SQLiteName.quote(table.columns[$0].name) }.joined(separator: ", ")
        let marks = table.key.indices.map { "?\($0 + 2)" }.joined(separator: ", ")
        let bound = key == nil ? "" : " WHERE (\(names)) > (\(marks))"
        let statement = try connection.cached("\(select(table))\(bound) ORDER BY \(names) LIMIT ?1")
        defer { statement.reset() }
        statement.bind(Int64(limit), at: 1)
        key?.bind(to: statement, from: 2)
        return try read(statement, SQLiteRowEncoder(table), columns: table.columns.count)
    }

    /// The rows whose `columns` hold each of these values, in key order.
    public func rows(of table: TableSchema, by columns: [Int], equal keys: RowBuffer) throws -> RowGroups {
        let test = columns.enumerated().map { place, column in
            "\(SQLiteName.quote(table.columns[column].name)) = ?\(place + 1)"
        }
        let order = table.key.map { SQLiteName.quote(table.columns[$0].name) }.joined(separator: ", ")
        let tail = order.isEmpty ? "" : " ORDER BY \(order)"
        let statement = try connection.cached(
            "\(select(table)) WHERE \(test.joined(separator: " AND "))\(tail)")
        let encoder = SQLiteRowEncoder(table)
        var found = RowBuffer(columns: table.columns.count)
        var groups: [Range<Int>] = []
        for row in 0..<keys.count {
            let first = found.count
            keys.key(of: row).bind(to: statement, from: 1)
            let rows = try read(statement, encoder, columns: table.columns.count)
            statement.reset()
            for index in 0..<rows.count { found.append(index, of: rows) }
            groups.append(first..<found.count)
        }
        return RowGroups(rows: found, groups: groups)
    }

    /// The distinct values of a column among its first rows as text; nil when there are more than `limit`.
    public func distinctValues(of column: String, in table: String, limit: Int) throws -> [String?]? {
        let name = SQLiteName.quote(column)
        let values = try connection.rows(
            """
            SELECT DISTINCT CAST(\(name) AS TEXT)
            FROM (SELECT \(name) FROM \(SQLiteName.quote(table)) LIMIT 10000) LIMIT ?1
            """, [.count(limit + 1)]
        ) { $0.string(0) }
        return values.count > limit ? nil : values
    }

    private func select(_ table: TableSchema) -> String {
        let names = table.columns.map { SQLiteName.quote($0.name) }.joined(separator: ", ")
        return "SELECT \(names) FROM \(SQLiteName.quote(table.name))"
    }

    private func read(_ statement: SQLiteStatement, _ encoder: SQLiteRowEncoder, columns: Int) throws
        -> RowBuffer
    {
        var rows = RowBuffer(columns: columns)
        while try statement.step() {
            rows.beginRow()
            encoder.image(statement, first: 0, stride: 1, &rows.bytes)
        }
        return rows
    }
}
