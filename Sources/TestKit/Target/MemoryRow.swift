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

    /// The first value of an encoded row that was not sent; nil when all were.
    static func firstAbsent(_ row: ArraySlice<UInt8>, columns: Int) -> Int? {
        unsafe row.withUnsafeBytes { arena in
            var offset = 0
            for place in 0..<columns {
                guard let end = unsafe RowOffsets.skip(arena, at: offset) else { return nil }
                // A value that was skipped has its tag inside the arena.
                if unsafe arena[offset] & 15 == Kind.absent.rawValue { return place }
                offset = end
            }
            return nil
        }
    }

    /// Some values of a row as a key, in which equal numbers are equal.
    static func key(of row: [[UInt8]], by columns: [Int]) -> Key {
        var bytes: [UInt8] = []
        for column in columns {
            unsafe row[column].withUnsafeBytes { value in
                // The bytes hold one encoded value.
                unsafe Key.append(value, at: 0, to: &bytes)
            }
        }
        return Key(bytes: bytes)
    }
}
