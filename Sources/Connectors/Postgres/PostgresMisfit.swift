import Apply
import Model

/// Finds values that PostgreSQL would store as something else without a word, and values that were not sent:
/// such a row is refused instead.
struct PostgresMisfit {
    /// The rows that cannot be written as they are.
    private(set) var refusals: [RowRefusal] = []
    /// Rows with values of which only the server can say whether it would store them as they are.
    private(set) var suspects: [Int] = []

    /// Looks at every value.
    init(_ rows: RowBuffer, _ access: TableAccess, _ layout: PostgresLayout) {
        let columns = layout.columns(access.columns).map(\.keeps)
        var offsets = RowOffsets()
        unsafe rows.bytes.withUnsafeBytes { arena in
            for row in 0..<rows.count {
                guard unsafe offsets.scan(arena, at: Int(rows.starts[row]), columns: columns.count) else {
                    refusals.append(
                        RowRefusal(
                            row: row, reason: "damaged_row",
                            message: "a row for \(access.table.name) has fewer values than columns"))
                    continue
                }
                var isSuspect = false
                var refusal: RowRefusal?
                for (place, column) in columns.enumerated() where refusal == nil {
                    // The scan found a value at each offset.
                    guard let (cell, _) = unsafe CellView.read(arena, at: Int(offsets.offsets[place])) else {
                        continue
                    }
                    if column.isSuspect(cell) { isSuspect = true }
                    guard let (reason, words) = column.misfit(cell) else { continue }
                    let name = access.table.columns[access.columns[place]].name
                    refusal = RowRefusal(
                        row: row, reason: reason, message: "\(access.table.name).\(name) \(words)")
                }
                if let refusal {
                    refusals.append(refusal)
                } else if isSuspect {
                    suspects.append(row)
                }
            }
        }
    }
}
