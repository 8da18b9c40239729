import Model
import PostgreSQL

/// Runs a query that somebody wrote.
enum PostgresQuery {
    /// How long the server may work on one.
    private static let limit = "5min"

    /// What a query gives in the transaction that is open, which only reads.
    static func table(of query: String, on connection: PostgresConnection) throws -> QueryTable {
        do {
            // Whatever a function in it does in spite of that is undone.
            try connection.execute("SAVEPOINT banyan_figures")
            try connection.execute("SET LOCAL statement_timeout = '\(limit)'")
            // A cursor takes one query and nothing that writes.
            _ = try connection.query("DECLARE banyan_figures NO SCROLL CURSOR FOR \(query)")
            let found = try connection.query("FETCH \(QueryTable.rowsMax + 1) FROM banyan_figures")
            let table = try QueryTable(
                rows: (0..<found.count).map { row in
                    (0..<found.columns).map { found.text(row, $0) }
                })
            try connection.execute("ROLLBACK TO SAVEPOINT banyan_figures")
            return table
        } catch let error as PostgresError where !connection.isLost {
            throw FailedQuery(words(error))
        }
    }

    /// What the server says, unless it may hold a value of a row.
    private static func words(_ error: PostgresError) -> String {
        switch error.stateClass {
        case "42", "25": "\(error.message) (SQLSTATE \(error.sqlState))"
        case "57": "it took longer than \(limit), or was cancelled (SQLSTATE \(error.sqlState))"
        default: "the server refuses it (SQLSTATE \(error.sqlState)); run it by hand to see why"
        }
    }
}
