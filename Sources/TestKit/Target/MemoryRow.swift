import Apply
import Model

/// How a memory target holds the values of rows.
enum MemoryRow {
    static let null: [UInt8] = {
        var bytes: [UInt8] = []
        RowWriter.null(&bytes)
        return bytes
    }()

    /// The values of an encoded row, one by one; what was not sent is NULL.
    static func values(_ row: ArraySlice<UInt8>, columns: Int) -> [[UInt8]] {
        unsafe row.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // The slice holds one encoded row; a damaged one gives no values.
            guard unsafe offsets.scan(arena, at: 0, columns: columns) else { return [] }
            return (0..<columns).map { place in
                let start = Int(offsets.offsets[place])
                let end = place + 1 < columns ? Int(offsets.offsets[place + 1]) : Int(offsets.end)
                let isAbsent = unsafe arena[start] & 15 == Kind.absent.rawValue
                return unsafe isAbsent ? null : Array(arena[start..<end])
            }
        }
    }

    /// Values as a key, in which equal numbers are equal.
    static func key(_ values: [UInt8], columns: Int) -> Key {
        unsafe values.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // The bytes outlive the call.
            guard unsafe offsets.scan(arena, at: 0, columns: columns) else { return Key(bytes: []) }
            return unsafe Key(arena, offsets: offsets, columns: Array(0..<columns))
        }
    }
}
