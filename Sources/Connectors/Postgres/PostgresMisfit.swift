import Apply
import Model

/// Finds values that PostgreSQL would store as something else without a word, and values that were not sent:
/// such a row is refused instead.
enum PostgresMisfit {
    /// The rows that cannot be written as they are.
    static func refusals(_ rows: RowBuffer, _ access: TableAccess, _ layout: PostgresLayout) -> [RowRefusal] {
        let columns = layout.columns(access.columns)
        var refusals: [RowRefusal] = []
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
                for (place, column) in columns.enumerated() {
                    // The scan found a value at each offset.
                    guard let (cell, _) = unsafe CellView.read(arena, at: Int(offsets.offsets[place])),
                        let (reason, words) = column.misfit(cell)
                    else { continue }
                    let name = access.table.columns[access.columns[place]].name
                    refusals.append(
                        RowRefusal(row: row, reason: reason, message: "\(access.table.name).\(name) \(words)")
                    )
                    break
                }
            }
        }
        return refusals
    }
}
