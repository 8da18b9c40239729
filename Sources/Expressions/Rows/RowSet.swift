import CEL
import Model

/// The rows of one table that an alias stands for, read in place.
@safe final class RowSet: RecordProvider {
    let recordType: RecordType
    /// The rows; they live and move with this object.
    let cells: UnsafeMutablePointer<RowCells>

    init(_ table: TableSchema) {
        recordType = RecordType(table)
        unsafe cells = .allocate(capacity: 1)
        unsafe cells.initialize(to: RowCells(table))
    }

    deinit {
        unsafe cells.pointee.free()
        unsafe cells.deinitialize(count: 1)
        unsafe cells.deallocate()
    }

    var shape: RowCells.Shape { unsafe cells.pointee.shape }
    var count: Int { unsafe cells.pointee.count }

    /// Forgets all rows.
    func clear(_ shape: RowCells.Shape) { unsafe cells.pointee.clear(shape) }

    /// Starts over with rows of this arena, which the caller holds until the next `begin` or `clear`.
    func begin(_ arena: UnsafeRawBufferPointer, _ shape: RowCells.Shape) {
        // The caller holds the arena until the next call of `clear` or `begin`.
        unsafe cells.pointee.begin(arena, shape)
    }

    /// Adds the row image at an offset of the arena; false when it is damaged or has fewer columns than the
    /// table.
    func append(_ offset: Int) -> Bool { unsafe cells.pointee.append(offset) }

    /// The only row's field; an error when there is not exactly one row.
    func field(_ field: Int) throws(EvaluationError) -> Value {
        guard shape == .one else { throw noSingleRow() }
        return try self.field(field, row: 0)
    }

    func field(_ field: Int, row: Int) throws(EvaluationError) -> Value {
        guard unsafe cells.pointee.has(field, row: row) else {
            throw EvaluationError(.unavailable, "no row of \(recordType.name) is bound")
        }
        do throws(CellFault) {
            return try unsafe cells.pointee.value(field, row: row)
        } catch {
            throw error.error(table: recordType.name, column: recordType.fields[field].name)
        }
    }

    /// Why there is not exactly one row.
    func noSingleRow() -> EvaluationError {
        shape == .missing
            ? EvaluationError(.noSuchOverload, "there is no row of \(recordType.name); test for null first")
            : EvaluationError(.unavailable, "no single row of \(recordType.name) is bound")
    }
}
