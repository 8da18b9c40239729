import Model

/// Rows by key, as encoded: what a reader of a stream holds.
struct SourceReplica: Equatable {
    private(set) var rows: [String: [Key: [UInt8]]] = [:]

    /// Does what the changes of a batch say.
    mutating func apply(_ batch: ChangeBatch) throws {
        for change in batch.changes {
            let name = batch.tables[Int(change.table)].name
            if let before = try Self.row(change.before, change, batch) { rows[name]?[before.key] = nil }
            if let after = try Self.row(change.after, change, batch) {
                rows[name, default: [:]][after.key] = after.image
            }
        }
    }

    /// The rows of one table whose keys are in a range: after one key, up to another.
    func rows(of table: String, after first: Key?, through last: Key?) throws -> [Key: [UInt8]] {
        let bounds = (try first.map(Self.values), try last.map(Self.values))
        return try (rows[table] ?? [:]).filter { key, _ in
            let values = try Self.values(key)
            return (bounds.0.map { $0.lexicographicallyPrecedes(values) } ?? true)
                && (bounds.1.map { !$0.lexicographicallyPrecedes(values) } ?? true)
        }
    }

    /// The key and the bytes of one image of a change; nil when it has none.
    static func row(
        _ image: UInt32?, _ change: ChangeBatch.Change, _ batch: ChangeBatch
    ) throws -> (key: Key, image: [UInt8])? {
        guard let image else { return nil }
        let schema = batch.tables[Int(change.table)]
        var offsets = RowOffsets()
        let found: (Key, [UInt8])? = unsafe batch.bytes.withUnsafeBytes { arena in
            // The scan stays inside the arena, and ends where the image is damaged.
            guard unsafe offsets.scan(arena, at: Int(image), columns: schema.columns.count) else {
                return nil
            }
            // Both are made of what was scanned just now, and are copies.
            return unsafe (
                Key(arena, offsets: offsets, columns: schema.key), Array(arena[Int(image)..<offsets.end])
            )
        }
        guard let found else { throw ExamFailure("an image of \(schema.name) does not decode") }
        return found
    }

    /// A change of a batch in plain values.
    static func plain(_ change: ChangeBatch.Change, _ batch: ChangeBatch) throws -> SourceChange {
        SourceChange(
            operation: change.operation, table: batch.tables[Int(change.table)].name,
            before: try row(change.before, change, batch).map { try values($0.image) },
            after: try row(change.after, change, batch).map { try values($0.image) })
    }

    /// The values of a key.
    static func values(_ key: Key) throws -> [PlainValue] { try values(key.bytes) }

    private static func values(_ bytes: [UInt8]) throws -> [PlainValue] {
        guard let values = PlainValue.decode(bytes) else {
            throw ExamFailure("an image holds a value of a kind that was never written")
        }
        return values
    }
}
