/// Row images of one shape, one after another in one arena.
///
/// The buffer is made to be used again: `removeAll` keeps its memory. Equal rows have equal bytes.
public struct RowBuffer: Sendable, Equatable {
    /// Values in each row.
    public let columns: Int
    /// The arena.
    public var bytes: [UInt8] = []
    /// Where each row starts.
    public var starts: [UInt32] = []

    /// An empty buffer for rows of so many values.
    public init(columns: Int) {
        self.columns = columns
    }

    /// The number of rows.
    @inlinable public var count: Int { starts.count }

    /// Whether there is no row.
    @inlinable public var isEmpty: Bool { starts.isEmpty }

    /// Forgets the rows, keeping the memory.
    @inlinable
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
    }

    /// Starts a row; its values are appended to `bytes` with `RowWriter`.
    @inlinable
    public mutating func beginRow() {
        starts.append(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// Takes back the row begun last.
    @inlinable
    public mutating func dropLast() {
        guard let start = starts.popLast() else { return }
        bytes.removeSubrange(Int(start)...)
    }

    /// The bytes of one row.
    @inlinable
    public func range(of row: Int) -> Range<Int> {
        Int(starts[row])..<(row + 1 < starts.count ? Int(starts[row + 1]) : bytes.count)
    }

    /// The bytes of one row.
    @inlinable
    public subscript(row: Int) -> ArraySlice<UInt8> { bytes[range(of: row)] }

    /// Appends a row that is already encoded.
    @inlinable
    public mutating func append(_ row: some Collection<UInt8>) {
        beginRow()
        bytes.append(contentsOf: row)
    }

    /// Appends one row of another buffer.
    public mutating func append(_ row: Int, of other: RowBuffer) {
        append(other[row])
    }

    /// Some columns of one row as a key.
    public func key(of row: Int, columns: [Int]) -> Key {
        unsafe bytes.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // Rows were appended with `columns` values each, so the scan finds them all.
            guard unsafe offsets.scan(arena, at: Int(starts[row]), columns: self.columns) else {
                return Key(bytes: [])
            }
            return unsafe Key(arena, offsets: offsets, columns: columns)
        }
    }

    /// One row as a key of all its values.
    public func key(of row: Int) -> Key { Key(bytes: Array(self[row])) }
}
