import Model
import PostgreSQL

/// Rows as one array for each column, the form in which a single statement takes any number of them.
struct PostgresArrays {
    /// The statement's parameters.
    private(set) var parameters = PostgresParameters()
    /// For each column, whether its array holds texts because some value is not of the column's own kind.
    let areTexts: [Bool]

    /// Takes some rows of a buffer; nil when one of them is damaged.
    init?(_ rows: ScannedRows, _ wanted: [Int], _ columns: [PostgresTargetColumn]) {
        if wanted.contains(where: rows.isDamaged) { return nil }
        areTexts = unsafe rows.rows.bytes.withUnsafeBytes { arena in
            columns.enumerated().map { index, column in
                // A value stands at each place that was found.
                column.parameter == nil
                    || !wanted.allSatisfy {
                        unsafe column.keeps.fitting.contains(tag: arena[rows.start($0, index)])
                    }
            }
        }
        unsafe rows.rows.bytes.withUnsafeBytes { arena in
            for (index, column) in columns.enumerated() {
                begin(areTexts[index] ? PostgresOID.text : column.parameter ?? PostgresOID.text, wanted.count)
                for row in wanted {
                    unsafe append(arena, rows.place(row, index), column.keeps, isText: areTexts[index])
                }
            }
        }
    }

    /// Begins an array of one dimension.
    private mutating func begin(_ element: UInt32, _ count: Int) {
        parameters.begin(PostgresOID.arrays[element] ?? 0)
        // How many dimensions, whether there are NULLs, the elements' type, how many there are, and the
        // number of the first.
        for word in [1, 1, Int32(bitPattern: element), Int32(count), 1] {
            PostgresBytes.append(word, to: &parameters.bytes)
        }
    }

    private mutating func append(
        _ arena: UnsafeRawBufferPointer, _ place: Range<Int>, _ column: ColumnKeeping, isText: Bool
    ) {
        if column.isCell {
            PostgresBytes.append(Int32(place.count), to: &parameters.bytes)
            unsafe parameters.bytes.append(contentsOf: arena[place])
            return
        }
        let start = parameters.bytes.count
        PostgresBytes.append(Int32(-1), to: &parameters.bytes)
        // A value stands at each place that was found.
        guard let (cell, _) = unsafe CellView.read(arena, at: place.lowerBound), cell.kind != .null,
            cell.kind != .absent
        else { return }
        if isText {
            PostgresEncoder.append(text: cell, to: &parameters.bytes)
        } else if !PostgresEncoder.append(cell, as: column.form, to: &parameters.bytes) {
            return
        }
        PostgresBytes.put(Int32(parameters.bytes.count - start - 4), at: start, in: &parameters.bytes)
    }
}
