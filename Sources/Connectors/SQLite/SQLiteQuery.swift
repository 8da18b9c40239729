import Model
import SQLite

/// Runs a query that somebody wrote.
enum SQLiteQuery {
    /// What a query gives in the transaction that is open, on a connection that does not write.
    static func table(of query: String, on connection: SQLiteConnection) throws -> QueryTable {
        let statement: SQLiteStatement
        do {
            statement = try connection.prepare(query)
        } catch let error as SQLiteError where !error.isBusy {
            throw FailedQuery(error.message)
        }
        defer { statement.reset() }
        var rows: [[String?]] = []
        do {
            while rows.count <= QueryTable.rowsMax, try statement.step() {
                rows.append((0..<statement.columnCount).map { statement.string($0) })
            }
        } catch let error as SQLiteError where !error.isBusy {
            // What it says while it reads may hold a value of a row.
            throw FailedQuery("SQLite refuses it (code \(error.code)); run it by hand to see why")
        }
        return try QueryTable(rows: rows)
    }
}
