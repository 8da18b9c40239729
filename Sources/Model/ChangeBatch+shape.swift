extension ChangeBatch {
    /// The batch with the rows of some tables in other shapes, NULL where a row has no such column; nil when
    /// an image is damaged.
    ///
    /// - Parameter shapes: The wanted shape by the table's place in `tables`.
    public func reshaped(_ shapes: [Int: TableSchema]) -> ChangeBatch? {
        var result = self
        for (place, shape) in shapes where tables.indices.contains(place) { result.tables[place] = shape }
        var projections = zip(tables, result.tables).map { held, wanted in
            RowProjection(
                from: held.columns.map(\.name), to: wanted.columns.map(\.name), fillsWithNull: true)
        }
        result.bytes = []
        result.bytes.reserveCapacity(bytes.count)
        for index in changes.indices {
            let table = Int(changes[index].table)
            guard projections.indices.contains(table) else { return nil }
            for field in [\Change.before, \Change.after] {
                guard let image = changes[index][keyPath: field] else { continue }
                result.changes[index][keyPath: field] = UInt32(truncatingIfNeeded: result.bytes.count)
                // The bytes are read only inside this closure.
                let isWhole = unsafe bytes.withUnsafeBytes {
                    unsafe projections[table].append($0, at: Int(image), to: &result.bytes)
                }
                if !isWhole { return nil }
            }
        }
        return result
    }
}
