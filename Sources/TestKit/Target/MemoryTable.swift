import Apply
import Model

/// The rows of one table of a memory target, by key, each as the encoded values of all columns.
struct MemoryTable {
    var schema: TableSchema
    /// Rows with values that this refuses break a constraint.
    var check: (@Sendable ([OwnedCell]) -> Bool)?
    private(set) var rows: [Key: [[UInt8]]] = [:]
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
        rows = rows.mapValues { row in sources.map { $0.map { row[$0] } ?? MemoryRow.null } }
        schema = table
    }

    /// The rows in no particular order.
    var images: [[[UInt8]]] { Array(rows.values) }

    var count: Int { rows.count }

    /// The rows in key order.
    var ordered: [[[UInt8]]] {
        rows.map { (order: $0.key, row: $0.value) }
            .sorted { MemoryOrder.precedes(OwnedCell.read($0.order.bytes), OwnedCell.read($1.order.bytes)) }
            .map(\.row)
    }

    /// The key of a row.
    func key(of row: [[UInt8]], by columns: [Int]) -> Key {
        MemoryRow.key(columns.flatMap { row[$0] }, columns: columns.count)
    }

    /// The number that the store gives to the next row of a sequence.
    mutating func nextInSequence() -> Int64 {
        sequence += 1
        return sequence
    }

    /// Removes the row with a key.
    mutating func remove(_ key: Key) -> [[UInt8]]? { rows.removeValue(forKey: key) }

    /// Puts back what was removed.
    mutating func restore(_ row: [[UInt8]]) { rows[key(of: row, by: schema.key)] = row }

    /// Inserts the row or updates the columns that it holds; the refusal's words when a constraint is broken.
    ///
    /// - Parameter values: By column; nil for a column that the row does not hold.
    mutating func write(_ values: [[UInt8]?], key columns: [Int]) -> String? {
        let wanted = MemoryRow.key(columns.flatMap { values[$0] ?? MemoryRow.null }, columns: columns.count)
        let held =
            columns == schema.key
            ? rows[wanted] : rows.values.first { key(of: $0, by: columns) == wanted && !wanted.hasNull }
        var row = held ?? schema.columns.map { _ in MemoryRow.null }
        for (column, value) in values.enumerated() {
            if let value { row[column] = value }
        }
        if let words = refusal(of: row, replacing: held) { return words }
        if let held { rows[key(of: held, by: schema.key)] = nil }
        rows[key(of: row, by: schema.key)] = row
        return nil
    }

    private func refusal(of row: [[UInt8]], replacing held: [[UInt8]]?) -> String? {
        for (index, column) in schema.columns.enumerated()
        where row[index] == MemoryRow.null
            && (!column.isNullable && !column.hasDefault || schema.key.contains(index))
        {
            return "NOT NULL constraint failed: \(schema.name).\(column.name)"
        }
        if let check, !check(OwnedCell.read(row.flatMap(\.self))) {
            return "CHECK constraint failed: \(schema.name)"
        }
        let own = held.map { key(of: $0, by: schema.key) }
        let place = key(of: row, by: schema.key)
        if place != own, rows[place] != nil { return "UNIQUE constraint failed: \(schema.name)" }
        for unique in schema.uniqueKeys {
            let value = key(of: row, by: unique)
            if value.hasNull { continue }
            for (other, values) in rows where other != own && key(of: values, by: unique) == value {
                return "UNIQUE constraint failed: \(schema.name)"
            }
        }
        return nil
    }
}
