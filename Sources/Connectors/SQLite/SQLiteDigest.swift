import CSQLite
import Model
import SQLite

/// Digests rows of a table whose key is one whole number, where the table lies.
struct SQLiteDigest {
    /// What tells whether two digests say something about each other.
    let form: String
    private let table: TableSchema
    private let columns: [Int]
    private let key: String
    private let from: String

    /// - Parameters:
    ///   - table: The table.
    ///   - columns: The places of the columns, the key first.
    /// - Returns: Nil when the key is not one column of whole numbers.
    init?(_ table: TableSchema, _ columns: [Int]) {
        guard let first = columns.first, table.key == [first], table.columns[first].kind == .int64 else {
            return nil
        }
        self.table = table
        self.columns = columns
        let names = columns.map { SQLiteName.quote(table.columns[$0].name) }
        key = names[0]
        from = "SELECT \(names.joined(separator: ", ")) FROM \(SQLiteName.quote(table.name))"
        // What is stored is read by its column's kind.
        form = "sqlite " + columns.map { "\(table.columns[$0].kind)" }.joined(separator: ",")
    }

    /// Digests a range, by bucket; nil when a key in it is no whole number, which no range holds.
    func digests(
        in range: KeyRange, shift: Int, _ connection: SQLiteConnection
    ) throws -> [Int64: RangeDigest]? {
        var conditions: [String] = []
        if range.after != nil { conditions.append("\(key) > ?1") }
        if range.through != nil { conditions.append("\(key) <= ?2") }
        let rows = try connection.cached(
            from + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")))
        defer { rows.reset() }
        if let after = range.after { rows.bind(after, at: 1) }
        if let through = range.through { rows.bind(through, at: 2) }
        var sums: [Int64: (rows: Int, sum: UInt64)] = [:]
        var bucket: Int64?
        var (count, sum) = (0, UInt64(0))
        var image: [UInt8] = []
        func flush() {
            guard let bucket, count > 0 else { return }
            let known = sums[bucket] ?? (0, 0)
            sums[bucket] = (known.rows + count, known.sum &+ sum)
        }
        while try rows.step() {
            guard rows.type(of: 0) == SQLITE_INTEGER else { return nil }
            let key = rows.integer(0)
            image.removeAll(keepingCapacity: true)
            for (place, column) in columns.enumerated() {
                CellBinding.append(rows, place, kind: table.columns[column].kind, to: &image)
            }
            if bucket != key >> Int64(shift) {
                flush()
                (bucket, count, sum) = (key >> Int64(shift), 0, 0)
            }
            count += 1
            sum &+= RowHash.hash(image, seed: UInt64(bitPattern: key))
        }
        flush()
        return sums.mapValues { RangeDigest(rows: $0.rows, sum: "\($0.sum)") }
    }

    /// The first key after another one, and the one that stands so many rows after it; nil where there is
    /// none.
    func bounds(
        after: Int64?, rows: Int, _ connection: SQLiteConnection
    ) throws -> (first: Int64?, through: Int64?) {
        let condition = after == nil ? "" : " WHERE \(key) > ?1"
        let bounds = try [0, max(rows, 1) - 1].map { offset in
            let statement = try connection.cached(
                "SELECT \(key) FROM \(SQLiteName.quote(table.name))\(condition) ORDER BY 1 "
                    + "LIMIT 1 OFFSET \(offset)")
            defer { statement.reset() }
            if let after { statement.bind(after, at: 1) }
            guard try statement.step(), statement.type(of: 0) == SQLITE_INTEGER else { return Int64?.none }
            return statement.integer(0)
        }
        return (bounds[0], bounds[1])
    }
}
