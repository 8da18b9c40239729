import PostgreSQL

/// One row of a server's result.
struct PostgresRow: InsurerRow {
    let result: PostgresResult
    let row: Int

    func isNull(_ column: Int) -> Bool { result.isNull(row, column) }
    func integer(_ column: Int) -> Int64 { result.integer(row, column) ?? 0 }
    func double(_ column: Int) -> Double { result.text(row, column).flatMap { Double($0) } ?? 0 }
    func string(_ column: Int) -> String? { result.text(row, column) }
}
