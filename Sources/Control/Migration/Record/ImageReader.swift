import Model

/// Reads row images out of a batch's arena.
struct ImageReader {
    let batch: ChangeBatch

    /// Some columns of the image at `start` as a key; nil when there is no image, or it is damaged.
    func key(_ start: UInt32?, of table: TableSchema, columns: [Int]) -> Key? {
        guard let start else { return nil }
        return unsafe batch.bytes.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // A damaged image fails the scan, and nothing of it is read.
            guard unsafe offsets.scan(arena, at: Int(start), columns: table.columns.count) else { return nil }
            return unsafe Key(arena, offsets: offsets, columns: columns)
        }
    }

    /// The values of the image at `start`; empty when there is no image, or it is damaged.
    func cells(_ start: UInt32?, of table: TableSchema) -> [OwnedCell] {
        guard let start else { return [] }
        let end: Int? = unsafe batch.bytes.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // A damaged image fails the scan, and nothing of it is read.
            return unsafe offsets.scan(arena, at: Int(start), columns: table.columns.count)
                ? offsets.end : nil
        }
        guard let end else { return [] }
        return OwnedCell.read(Array(batch.bytes[Int(start)..<end]), columns: table.columns.count)
    }
}
