import Model

/// One row of a memory table, with what is asked of it often.
final class MemoryEntry {
    /// The key by which the table holds it.
    let key: Key
    /// The key's values, in whose order rows are read.
    let order: [OwnedCell]
    /// The encoded values of all columns.
    let values: [[UInt8]]
    /// The keys of the other unique constraints, in the schema's order; nil where a value is NULL.
    let uniques: [Key?]

    /// - Parameter held: The row in whose place it comes.
    init(_ values: [[UInt8]], of schema: TableSchema, after held: MemoryEntry?) {
        self.values = values
        let key = MemoryRow.key(of: values, by: schema.key)
        if let held, held.key == key {
            (self.key, order) = (held.key, held.order)
        } else {
            (self.key, order) = (key, OwnedCell.read(key.bytes))
        }
        uniques = schema.uniqueKeys.map { columns in
            let unique = MemoryRow.key(of: values, by: columns)
            return unique.hasNull ? nil : unique
        }
    }
}
