import Model

/// Random operations that fit what the tables hold: keys collide, come back and move.
enum SourceHistory {
    private static let codes = [
        "", "a", "A", "aa", "ä", "a\u{308}", "b", "Z", "zz", "日本", "🙂", "twelve bytes", "fifteen bytes..",
        "a text longer than the short form", "a text longer than the short form of a text", "~",
    ]

    /// So many operations, one after another.
    static func operations(
        _ count: Int, on tables: SourceTables, replacing: Bool, using generator: inout SplitMix64
    ) throws -> [SourceOperation] {
        var tables = tables
        var operations: [SourceOperation] = []
        for _ in 0..<count {
            let operation = try operation(on: tables, replacing: replacing, using: &generator)
            _ = try tables.apply(operation)
            operations.append(operation)
        }
        return operations
    }

    /// A row of the table with this key and other values than any before.
    static func row(_ key: [PlainValue], of table: String, using generator: inout SplitMix64) -> [PlainValue]
    {
        let text = PlainValue.text(
            "\(generator.next())" + String(repeating: "ß", count: Int.random(in: 0...20, using: &generator)))
        switch table {
        case "account":
            let scan = generator.bytes(Int.random(in: 0...40, using: &generator))
            return [
                key[0], generator.chance(0.9) ? text : .null, generator.chance(0.5) ? .bytes(scan) : .null,
            ]
        case "country": return [text, key[0]]
        default: return [key[1], key[0], .integer(Int64(truncatingIfNeeded: generator.next()))]
        }
    }

    /// A key of the table out of not too many.
    static func key(of table: String, using generator: inout SplitMix64) -> [PlainValue] {
        let number = Int64.random(in: -12...12, using: &generator)
        let code = PlainValue.text(codes[Int.random(in: 0..<codes.count, using: &generator)])
        switch table {
        // Of one, two, five and eight bytes, on both sides of zero.
        case "account": return [.integer(number &* [1, 40, 1 << 33, 1 << 59][Int(number.magnitude % 4)])]
        case "country": return [code]
        default: return [code, .integer(number * 20)]
        }
    }

    private static func operation(
        on tables: SourceTables, replacing: Bool, using generator: inout SplitMix64
    ) throws -> SourceOperation {
        let names = tables.schemas.map(\.name)
        let table = names[Int.random(in: 0..<names.count, using: &generator)]
        let key = key(of: table, using: &generator)
        let row = row(key, of: table, using: &generator)
        if replacing, generator.chance(0.15) { return .replace(table: table, row: row) }
        guard try tables.place(of: key, table).isThere else {
            // Now and then a row moves to the free key.
            let rows = tables.rows(of: table)
            if !rows.isEmpty, generator.chance(0.25) {
                let moved = rows[Int.random(in: 0..<rows.count, using: &generator)]
                return .update(table: table, key: try tables.key(of: moved, table), row: row)
            }
            return .insert(table: table, row: row)
        }
        return generator.chance(0.5)
            ? .update(table: table, key: key, row: row) : .delete(table: table, key: key)
    }
}
