import Apply
import Model

/// The rows of one table of a memory target, by key, each as the encoded values of all columns.
struct MemoryTable {
    var schema: TableSchema
    /// Rows with values that this refuses break a constraint.
    var check: (@Sendable ([OwnedCell]) -> Bool)?
    private var entries: [Key: MemoryEntry] = [:]
    /// The rows in key order.
    private(set) var ordered: [MemoryEntry] = []
    private var sequence: Int64 = 0

    init(schema: TableSchema, check: (@Sendable ([OwnedCell]) -> Bool)? = nil) {
        self.schema = schema
        self.check = check
    }

    /// Takes another list of columns; a new one is NULL in the rows that are there.
    mutating func take(columnsOf table: TableSchema) {
        let names = schema.columns.map(\.name)
        if names == table.columns.map(\.name) { return }
        let sources = table.columns.map { names.firstIndex(of: $0.name) }
        let rows = images
        schema = table
        (entries, ordered) = ([:], [])
        for row in rows { put(sources.map { $0.map { row[$0] } ?? MemoryRow.null }, replacing: nil) }
    }

    /// The rows in key order.
    var images: [[[UInt8]]] { ordered.map(\.values) }

    /// The rows by key.
    var rows: [Key: [[UInt8]]] { entries.mapValues(\.values) }

    var count: Int { ordered.count }

    /// The row with a key.
    subscript(key: Key) -> MemoryEntry? { entries[key] }

    /// The first row, in key order, in which some columns have these values.
    func first(_ wanted: Key, by columns: [Int]) -> MemoryEntry? {
        if columns == schema.key { return entries[wanted] }
        return ordered.first { MemoryRow.key(of: $0.values, by: columns) == wanted }
    }

    /// The number that the store gives to the next row of a sequence.
    mutating func nextInSequence() -> Int64 {
        sequence += 1
        return sequence
    }

    /// Removes the row with a key.
    mutating func remove(_ key: Key) -> [[UInt8]]? {
        guard let entry = entries.removeValue(forKey: key) else { return nil }
        ordered.remove(at: place(of: entry.order))
        return entry.values
    }

    /// Puts back what was removed.
    mutating func restore(_ row: [[UInt8]]) {
        put(row, replacing: entries[MemoryRow.key(of: row, by: schema.key)])
    }

    /// Inserts the row or updates the columns that it holds; the refusal's words when a constraint is broken.
    ///
    /// - Parameter values: By column; nil for a column that the row does not hold.
    mutating func write(_ values: [[UInt8]?], key columns: [Int]) -> String? {
        let wanted = MemoryRow.key(of: values.map { $0 ?? MemoryRow.null }, by: columns)
        let isOwnKey = columns == schema.key
        let held = isOwnKey || !wanted.hasNull ? first(wanted, by: columns) : nil
        var row = held?.values ?? schema.columns.map { _ in MemoryRow.null }
        for (column, value) in values.enumerated() {
            if let value { row[column] = value }
        }
        let entry = MemoryEntry(row, of: schema, after: held)
        if let words = refusal(of: entry, replacing: held) { return words }
        put(entry, replacing: held)
        return nil
    }

    private mutating func put(_ row: [[UInt8]], replacing held: MemoryEntry?) {
        put(MemoryEntry(row, of: schema, after: held), replacing: held)
    }

    private mutating func put(_ entry: MemoryEntry, replacing held: MemoryEntry?) {
        if let held {
            if held.key == entry.key {
                ordered[place(of: held.order)] = entry
                entries[entry.key] = entry
                return
            }
            entries[held.key] = nil
            ordered.remove(at: place(of: held.order))
        }
        entries[entry.key] = entry
        ordered.insert(entry, at: place(of: entry.order))
    }

    /// Where a key stands, or would.
    private func place(of order: [OwnedCell]) -> Int {
        var (low, high) = (0, ordered.count)
        while low < high {
            let middle = (low + high) / 2
            if MemoryOrder.precedes(ordered[middle].order, order) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func refusal(of entry: MemoryEntry, replacing held: MemoryEntry?) -> String? {
        let row = entry.values
        for (index, column) in schema.columns.enumerated()
        where row[index] == MemoryRow.null
            && (!column.isNullable && !column.hasDefault || schema.key.contains(index))
        {
            return "NOT NULL constraint failed: \(schema.name).\(column.name)"
        }
        if let check, !check(OwnedCell.read(row.flatMap(\.self))) {
            return "CHECK constraint failed: \(schema.name)"
        }
        if entry.key != held?.key, entries[entry.key] != nil {
            return "UNIQUE constraint failed: \(schema.name)"
        }
        for (place, unique) in entry.uniques.enumerated() {
            guard let unique else { continue }
            if ordered.contains(where: { $0 !== held && $0.uniques[place] == unique }) {
                return "UNIQUE constraint failed: \(schema.name)"
            }
        }
        return nil
    }
}
