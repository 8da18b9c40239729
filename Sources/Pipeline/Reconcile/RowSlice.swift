import Model

/// Copies single rows and their keys out of arenas.
enum RowSlice {
    /// The bytes of the image at `offset`; empty when it is damaged.
    static func copy(_ arena: [UInt8], at offset: Int, columns: Int) -> [UInt8] {
        unsafe arena.withUnsafeBytes { bytes in
            var offsets = RowOffsets()
            // A damaged image gives no bytes, which equal nothing.
            guard unsafe offsets.scan(bytes, at: offset, columns: columns) else { return [] }
            return Array(arena[offset..<offsets.end])
        }
    }

    /// The key of an encoded row.
    static func key(_ row: [UInt8], table: TableSchema) -> Key {
        unsafe row.withUnsafeBytes { bytes in
            var offsets = RowOffsets()
            guard unsafe offsets.scan(bytes, at: 0, columns: table.columns.count) else {
                return Key(bytes: [])
            }
            return unsafe Key(bytes, offsets: offsets, columns: table.key)
        }
    }
}
