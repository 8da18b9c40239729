import Model
import PostgreSQL

/// Rows as one array for each column, the form in which a single statement takes any number of them.
struct PostgresArrays {
    /// The statement's parameters.
    private(set) var parameters = PostgresParameters()
    /// For each column, whether its array holds texts because some value is not of the column's own kind.
    private(set) var areTexts: [Bool] = []

    private var buffers: [[UInt8]] = []
    private var offsets = RowOffsets()

    /// Bytes before the elements of an array of one dimension: how many dimensions, whether there are NULLs,
    /// the elements' type, how many there are, and the number of the first.
    private static let headerBytes = 20

    /// Takes some rows of a buffer.
    ///
    /// - Returns: False when a row is damaged.
    mutating func load(_ rows: RowBuffer, _ wanted: [Int], _ columns: [PostgresTargetColumn]) -> Bool {
        parameters.removeAll()
        areTexts = columns.map { $0.parameter == nil }
        buffers = Array(repeating: [], count: columns.count)
        let lanes = columns.map(\.keeps)
        let isWhole = unsafe rows.bytes.withUnsafeBytes { arena in
            guard unsafe look(arena, rows, wanted, lanes) else { return false }
            for (index, column) in columns.enumerated() {
                begin(index, type: elementType(index, column), count: wanted.count)
            }
            for row in wanted {
                // The rows were found whole just now.
                guard unsafe offsets.scan(arena, at: Int(rows.starts[row]), columns: columns.count) else {
                    return false
                }
                for index in lanes.indices {
                    unsafe append(arena, at: Int(offsets.offsets[index]), index, lanes[index])
                }
            }
            return true
        }
        for (index, column) in columns.enumerated() where isWhole {
            parameters.begin(PostgresOID.arrays[elementType(index, column)] ?? 0)
            parameters.bytes += buffers[index]
        }
        return isWhole
    }

    /// Finds the columns whose values have to be given as texts.
    private mutating func look(
        _ arena: UnsafeRawBufferPointer, _ rows: RowBuffer, _ wanted: [Int], _ columns: [ColumnKeeping]
    ) -> Bool {
        for row in wanted {
            guard unsafe offsets.scan(arena, at: Int(rows.starts[row]), columns: columns.count) else {
                return false
            }
            for index in columns.indices where !areTexts[index] {
                // The scan found a value at each offset.
                guard let (cell, _) = unsafe CellView.read(arena, at: Int(offsets.offsets[index])) else {
                    return false
                }
                if !columns[index].fits(cell) { areTexts[index] = true }
            }
        }
        return true
    }

    private func elementType(_ index: Int, _ column: PostgresTargetColumn) -> UInt32 {
        areTexts[index] ? PostgresOID.text : column.parameter ?? PostgresOID.text
    }

    private mutating func begin(_ index: Int, type: UInt32, count: Int) {
        PostgresBytes.append(Int32(1), to: &buffers[index])
        PostgresBytes.append(Int32(1), to: &buffers[index])
        PostgresBytes.append(type, to: &buffers[index])
        PostgresBytes.append(Int32(count), to: &buffers[index])
        PostgresBytes.append(Int32(1), to: &buffers[index])
    }

    private mutating func append(
        _ arena: UnsafeRawBufferPointer, at offset: Int, _ index: Int, _ column: ColumnKeeping
    ) {
        let start = buffers[index].count
        PostgresBytes.append(Int32(-1), to: &buffers[index])
        // The scan found a value at the offset.
        guard let (cell, end) = unsafe CellView.read(arena, at: offset) else { return }
        if column.isCell {
            unsafe buffers[index].append(contentsOf: arena[offset..<end])
        } else if cell.kind == .null || cell.kind == .absent {
            return
        } else if areTexts[index] {
            PostgresEncoder.append(text: cell, to: &buffers[index])
        } else if !PostgresEncoder.append(cell, as: column.form, to: &buffers[index]) {
            return
        }
        PostgresBytes.put(Int32(buffers[index].count - start - 4), at: start, in: &buffers[index])
    }
}
