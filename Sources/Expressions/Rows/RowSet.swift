import CEL
import Model

/// The rows of one table that an alias stands for, read in place.
@safe final class RowSet: RecordProvider {
    let recordType: RecordType
    private let readers: [CellReader]
    /// Where the rows' columns start, row after row; used again for the next rows.
    private var offsets: [UInt32] = []
    private var arena = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var count = 0

    init(_ table: TableSchema) {
        recordType = RecordType(table)
        readers = table.columns.map { CellReader($0, table: table.name) }
    }

    /// Forgets all rows.
    func clear() {
        unsafe arena = UnsafeRawBufferPointer(start: nil, count: 0)
        offsets.removeAll(keepingCapacity: true)
        count = 0
    }

    /// Starts over with rows of this arena, which the caller holds until `clear`.
    func begin(_ arena: UnsafeRawBufferPointer) {
        clear()
        // The caller holds the arena until the next call of `clear` or `begin`.
        unsafe self.arena = arena
    }

    /// Adds the row image at an offset of the arena; false when it is damaged or has fewer columns than the
    /// table.
    func append(_ offset: Int) -> Bool {
        let before = offsets.count
        var position = offset
        for _ in 0..<readers.count {
            // The skip checks the arena's bounds.
            guard let next = unsafe RowOffsets.skip(arena, at: position) else {
                offsets.removeLast(offsets.count - before)
                return false
            }
            offsets.append(UInt32(truncatingIfNeeded: position))
            position = next
        }
        count += 1
        return true
    }

    func field(_ field: Int, row: Int) throws(EvaluationError) -> Value {
        guard row >= 0, row < count, readers.indices.contains(field) else {
            throw EvaluationError(.unavailable, "no row of \(recordType.name) is bound")
        }
        // The read checks the arena's bounds.
        guard let cell = unsafe CellView(arena, at: Int(offsets[row * readers.count + field])) else {
            throw EvaluationError(.typeMismatch, "a row image of \(recordType.name) is damaged")
        }
        return try readers[field].value(cell)
    }
}
