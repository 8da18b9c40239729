import Model

/// Tables in plain values, each in key order: the state that row operations lead to.
struct SourceTables: Equatable {
    let schemas: [TableSchema]
    private(set) var rows: [String: [[PlainValue]]] = [:]

    init(_ schemas: [TableSchema]) {
        self.schemas = schemas
    }

    /// The rows of one table in key order.
    func rows(of table: String) -> [[PlainValue]] { rows[table] ?? [] }

    /// The schema of one table.
    func schema(of table: String) throws -> TableSchema {
        guard let schema = schemas.first(where: { $0.name == table }) else {
            throw ExamFailure("there is no table \(table)")
        }
        return schema
    }

    /// The key of a row.
    func key(of row: [PlainValue], _ table: String) throws -> [PlainValue] {
        try schema(of: table).key.map { row[$0] }
    }

    /// Where the row with this key is, or where it would be.
    func place(of key: [PlainValue], _ table: String) throws -> (index: Int, isThere: Bool) {
        let columns = try schema(of: table).key
        let rows = rows(of: table)
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            let precedes = columns.map { rows[middle][$0] }.lexicographicallyPrecedes(key)
            if precedes { low = middle + 1 } else { high = middle }
        }
        return (low, low < rows.count && columns.map { rows[low][$0] } == key)
    }

    /// Does one operation.
    ///
    /// - Returns: The row changes that it is made of, in order.
    /// - Throws: `ExamFailure` when the operation finds no row, or one in its way.
    mutating func apply(_ operation: SourceOperation) throws -> [SourceChange] {
        switch operation {
        case .insert(let table, let row):
            try insert(row, table)
            return [SourceChange(operation: .insert, table: table, before: nil, after: row)]
        case .update(let table, let key, let row):
            let before = try remove(key, table)
            try insert(row, table)
            return [SourceChange(operation: .update, table: table, before: before, after: row)]
        case .delete(let table, let key):
            let before = try remove(key, table)
            return [SourceChange(operation: .delete, table: table, before: before, after: nil)]
        case .replace(let table, let row):
            let key = try key(of: row, table)
            let deletion = try place(of: key, table).isThere ? apply(.delete(table: table, key: key)) : []
            return try deletion + apply(.insert(table: table, row: row))
        }
    }

    private mutating func insert(_ row: [PlainValue], _ table: String) throws {
        let (index, isThere) = try place(of: key(of: row, table), table)
        try demand(!isThere, "a row stands in the way of \(row) in \(table)")
        rows[table, default: []].insert(row, at: index)
    }

    private mutating func remove(_ key: [PlainValue], _ table: String) throws -> [PlainValue] {
        let (index, isThere) = try place(of: key, table)
        guard isThere, let row = rows[table]?.remove(at: index) else {
            throw ExamFailure("there is no row \(key) in \(table)")
        }
        return row
    }
}
