import Apply
import Model

/// Finds values that PostgreSQL would store as something else without a word, and values that were not sent:
/// such a row is refused instead.
struct PostgresMisfit {
    /// The rows that cannot be written as they are.
    private(set) var refusals: [RowRefusal] = []
    /// Rows with values of which only the server can say whether it would store them as they are.
    private(set) var suspects: [Int] = []

    /// Looks at every value; closely only at those whose kind does not say all.
    init(_ rows: ScannedRows, _ access: TableAccess, _ layout: PostgresLayout) {
        var refused: [Int: RowRefusal] = [:]
        var suspected: Set<Int> = []
        for row in 0..<rows.count where rows.isDamaged(row) {
            refused[row] = RowRefusal(
                row: row, reason: "damaged_row",
                message: "a row for \(access.table.name) has fewer values than columns")
        }
        unsafe rows.rows.bytes.withUnsafeBytes { arena in
            for (place, column) in layout.columns(access.columns).map(\.keeps).enumerated() {
                for row in 0..<rows.count where refused[row] == nil {
                    let start = rows.start(row, place)
                    guard unsafe !column.plain.contains(tag: arena[start]),
                        // A value stands at each place that was found.
                        let (cell, _) = unsafe CellView.read(arena, at: start)
                    else { continue }
                    if column.isSuspect(cell) { suspected.insert(row) }
                    guard let (reason, words) = column.misfit(cell) else { continue }
                    let name = access.table.columns[access.columns[place]].name
                    refused[row] = RowRefusal(
                        row: row, reason: reason, message: "\(access.table.name).\(name) \(words)")
                }
            }
        }
        refusals = refused.values.sorted { $0.row < $1.row }
        suspects = suspected.filter { refused[$0] == nil }.sorted()
    }
}
