import Model

/// Rows of a buffer with the place of each of their values: found once, for everything that is asked of the
/// values on their way to the server.
struct ScannedRows {
    /// The rows.
    let rows: RowBuffer
    /// The places of each row's values, and of its end, which is 0 for a row with fewer values than columns.
    private var places: [UInt32]

    init(_ rows: RowBuffer) {
        self.rows = rows
        places = Array(repeating: 0, count: rows.count * (rows.columns + 1))
        unsafe rows.bytes.withUnsafeBytes { arena in
            var index = 0
            for start in rows.starts {
                var place: Int? = Int(start)
                for _ in 0..<rows.columns {
                    places[index] = UInt32(truncatingIfNeeded: place ?? 0)
                    // A place outside the bytes has nothing behind it.
                    if let known = place { place = unsafe RowOffsets.skip(arena, at: known) }
                    index += 1
                }
                places[index] = UInt32(truncatingIfNeeded: place ?? 0)
                index += 1
            }
        }
    }

    /// The number of rows.
    var count: Int { rows.count }

    /// Whether a row has fewer values than columns; nothing may be asked of it then.
    func isDamaged(_ row: Int) -> Bool { places[(row + 1) * (rows.columns + 1) - 1] == 0 }

    /// Where a value begins in the rows' bytes, with its tag.
    func start(_ row: Int, _ column: Int) -> Int { Int(places[row * (rows.columns + 1) + column]) }

    /// Where a value stands in the rows' bytes, its tag first.
    func place(_ row: Int, _ column: Int) -> Range<Int> {
        let index = row * (rows.columns + 1) + column
        return Int(places[index])..<Int(places[index + 1])
    }
}
