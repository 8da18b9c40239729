/// Says when the server's statistics of Banyan's own tables are to be made anew.
///
/// Rows of the cross-reference are found by one of three keys that begin alike. A server that knows nothing
/// of a table takes the beginning for enough, and any of the indexes for as good as another; then it reads
/// the whole aggregate for one row. Its own housekeeping looks a minute later, and whoever runs it may have
/// switched that off.
struct PostgresStatistics {
    /// Below so many rows any plan will do.
    private static let least = 500

    /// Rows written to each table in this process, and the number at which it is analyzed next.
    private var tables: [PostgresTableName: (written: Int, next: Int)] = [:]

    /// Notes rows that were written. A table is analyzed when they are first enough, then whenever they have
    /// doubled.
    mutating func note(_ count: Int, in table: String) {
        let name = PostgresTableName(table)
        guard name.schema == PostgresTableName.ownSchema else { return }
        tables[name, default: (0, Self.least)].written += count
    }

    /// The statements that are due, each once.
    mutating func due() -> [String] {
        let grown = tables.filter { $0.value.written >= $0.value.next }.sorted { $0.key.name < $1.key.name }
        return grown.map { name, rows in
            tables[name]?.next = 2 * rows.written
            // Whoever has locked the table may be waiting for this very connection.
            return "ANALYZE (SKIP_LOCKED) \(name.quoted)"
        }
    }
}
