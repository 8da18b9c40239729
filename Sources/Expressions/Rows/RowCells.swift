import CEL
import Model

/// Where the cells of one table's rows are, in memory of their own.
///
/// Plain bytes, so that reading a cell neither counts references nor asks for access to a class's variable:
/// an evaluation reads a few cells in some dozens of nanoseconds. A `RowSet` owns one of these and frees it.
@safe struct RowCells {
    /// What the rows' alias stands for at the moment.
    enum Shape {
        case unbound, missing, one, many
    }

    private(set) var shape = Shape.unbound
    private(set) var count = 0
    private(set) var arena = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private let readers: UnsafeMutableBufferPointer<CellReader>
    /// Where the rows' columns start, row after row; used again for the next rows.
    private var offsets: UnsafeMutableBufferPointer<UInt32>

    /// No rows of a table yet; `free` gives the memory back.
    init(_ table: TableSchema) {
        unsafe readers = .allocate(capacity: table.columns.count)
        _ = unsafe readers.initialize(fromContentsOf: table.columns.map { CellReader($0) })
        unsafe offsets = .allocate(capacity: max(table.columns.count, 1))
        unsafe offsets.initialize(repeating: 0)
    }

    /// Gives the memory back; nothing else may be called afterwards.
    func free() {
        // Cells, readers and offsets are plain bytes: there is nothing to deinitialize.
        unsafe readers.deallocate()
        unsafe offsets.deallocate()
    }

    /// Forgets all rows.
    mutating func clear(_ shape: Shape) {
        unsafe arena = UnsafeRawBufferPointer(start: nil, count: 0)
        count = 0
        self.shape = shape
    }

    /// Starts over with rows of this arena, which the caller holds until the next `begin` or `clear`.
    mutating func begin(_ arena: UnsafeRawBufferPointer, _ shape: Shape) {
        unsafe self.arena = arena
        count = 0
        self.shape = shape
    }

    /// Adds the row image at an offset of the arena; false when it is damaged or has fewer columns than the
    /// table.
    mutating func append(_ offset: Int) -> Bool {
        let first = unsafe count * readers.count
        if unsafe first + readers.count > offsets.count { grow() }
        var position = offset
        for column in unsafe 0..<readers.count {
            // The skip checks the arena's bounds; `grow` made room for the offset.
            guard let next = unsafe RowOffsets.skip(arena, at: position) else { return false }
            unsafe offsets[first + column] = UInt32(truncatingIfNeeded: position)
            position = next
        }
        count += 1
        return true
    }

    private mutating func grow() {
        let larger = unsafe UnsafeMutableBufferPointer<UInt32>.allocate(capacity: offsets.count * 2)
        let end = unsafe larger.update(fromContentsOf: offsets)
        // Both halves of the new buffer are written before anybody reads it.
        unsafe larger[end...].initialize(repeating: 0)
        unsafe offsets.deallocate()
        unsafe offsets = larger
    }

    /// Whether there is such a cell.
    @inline(__always)
    func has(_ field: Int, row: Int) -> Bool {
        unsafe row >= 0 && row < count && field >= 0 && field < readers.count
    }

    /// Where a column of a row starts in the arena; `has` says whether there is one.
    @inline(__always)
    func offset(_ field: Int, row: Int) -> Int {
        assert(has(field, row: row))
        // The caller asked `has`: the offset was written when the row was added.
        return unsafe Int(offsets[row &* readers.count &+ field])
    }

    /// Whether a cell that there is was not sent by its source.
    func isAbsent(_ field: Int, row: Int) -> Bool {
        // The scan that found the cell checked that its tag lies in the arena.
        unsafe arena[offset(field, row: row)] & 15 == Kind.absent.rawValue
    }

    /// The value of a cell that there is.
    @inline(__always)
    func value(_ field: Int, row: Int) throws(CellFault) -> Value {
        // The read checks the arena's bounds.
        guard let cell = unsafe CellView(arena, at: offset(field, row: row)) else { throw .damaged }
        return try unsafe readers[field].value(cell)
    }

    /// The integer of a cell of an integer column that holds one; nil for every other.
    @inline(__always)
    func integer(_ field: Int, row: Int) -> Int64? {
        // The read checks the arena's bounds.
        guard unsafe readers[field].isInteger else { return nil }
        return unsafe CellView.integer(arena, at: offset(field, row: row))
    }

    /// The bytes of a cell of a text column that holds well-formed text; nil for every other.
    @inline(__always)
    func text(_ field: Int, row: Int) -> UnsafeRawBufferPointer? {
        guard unsafe readers[field].isText,
            // The read checks the arena's bounds.
            let payload = unsafe CellView.text(arena, at: offset(field, row: row)),
            unsafe UTF8Validation.isValid(payload)
        else { return nil }
        return unsafe payload
    }
}
