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
        let whole = Key(bytes: Array(row))
        return (0..<columns).map { place in
            var value: [UInt8] = []
            whole.appendValue(place, to: &value)
            return OwnedCell.read(value).first?.kind == .absent || value.isEmpty ? null : value
        }
    }

    /// Values as a key, in which equal numbers are equal.
    static func key(_ values: [UInt8], columns: Int) -> Key {
        var buffer = RowBuffer(columns: columns)
        buffer.append(values)
        return buffer.key(of: 0, columns: Array(0..<columns))
    }
}
