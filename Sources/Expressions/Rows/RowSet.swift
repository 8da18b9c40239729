import CEL
import Model

/// The rows of one table that an alias stands for, read in place.
@safe final class RowSet: RecordProvider {
    /// What the alias stands for at the moment.
    enum Shape {
        case unbound, missing, one, many
    }

    let recordType: RecordType
    private(set) var shape = Shape.unbound
    private(set) var count = 0
    private let readers: [CellReader]
    /// Where the rows' columns start, row after row; used again for the next rows.
    private var offsets: [UInt32] = []
    private(set) var arena = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ table: TableSchema) {
        recordType = RecordType(table)
        readers = table.columns.map { CellReader($0) }
    }

    /// Forgets all rows.
    func clear(_ shape: Shape) {
        unsafe arena = UnsafeRawBufferPointer(start: nil, count: 0)
        offsets.removeAll(keepingCapacity: true)
        count = 0
        self.shape = shape
    }

    /// Starts over with rows of this arena, which the caller holds until the next `begin` or `clear`.
    func begin(_ arena: UnsafeRawBufferPointer, _ shape: Shape) {
        clear(shape)
        // The caller holds the arena until the next call of `clear` or `begin`.
        unsafe self.arena = arena
    }

    /// Adds the row image at an offset of the arena; false when it is damaged or has fewer columns than the
    /// table.
    func append(_ offset: Int) -> Bool {
        // Moved out and back, so that the loop works on a local array.
        var found: [UInt32] = []
        swap(&found, &offsets)
        defer { swap(&found, &offsets) }
        let arena = unsafe arena
        let before = found.count
        var position = offset
        for _ in 0..<readers.count {
            // The skip checks the arena's bounds.
            guard let next = unsafe RowOffsets.skip(arena, at: position) else {
                found.removeLast(found.count - before)
                return false
            }
            found.append(UInt32(truncatingIfNeeded: position))
            position = next
        }
        count += 1
        return true
    }

    /// The only row's field; an error when there is not exactly one row.
    func field(_ field: Int) throws(EvaluationError) -> Value {
        guard shape == .one else {
            throw shape == .missing
                ? EvaluationError(
                    .noSuchOverload, "there is no row of \(recordType.name); test for null first")
                : EvaluationError(.unavailable, "no single row of \(recordType.name) is bound")
        }
        return try self.field(field, row: 0)
    }

    func field(_ field: Int, row: Int) throws(EvaluationError) -> Value {
        guard row >= 0, row < count, readers.indices.contains(field) else {
            throw EvaluationError(.unavailable, "no row of \(recordType.name) is bound")
        }
        do throws(CellFault) {
            // The read checks the arena's bounds.
            guard let cell = unsafe CellView(arena, at: Int(offsets[row * readers.count + field])) else {
                throw .damaged
            }
            return try readers[field].value(cell)
        } catch {
            throw error.error(table: recordType.name, column: recordType.fields[field].name)
        }
    }

    /// Where a column of the single bound row starts in the arena; nil when none is bound.
    func offset(of field: Int) -> Int? {
        count == 1 && readers.indices.contains(field) ? Int(offsets[field]) : nil
    }
}
