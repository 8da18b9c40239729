import Apply
import Model

extension TargetExam {
    static var searches: [Question] {
        [
            Question(name: "each key finds its rows, in key order") { exam in
                try exam.write([row(30, "b"), row(4, "a"), row(200, "a"), row(1, "c")])
                let found = try exam.store.fetch(
                    buffer([text("a"), text("none"), text("b"), text("a")], columns: 1), by: [1], access)
                let ids = found.groups.map { $0.map { found.rows.cells(of: $0).first?.text ?? "" } }
                try demand(ids == [["4", "200"], [], ["30"], ["4", "200"]], "the groups are \(ids)")
            },
            Question(name: "a key with NULL finds nothing and deletes nothing") { exam in
                try exam.write([row(1, "a"), row(2, "b", slot: "s")])
                var null: [UInt8] = []
                RowWriter.null(&null)
                let found = try exam.store.fetch(
                    buffer([null, text("s"), null], columns: 1), by: [2], access)
                try demand(found.groups.map(\.count) == [0, 1, 0], "the groups are \(found.groups)")
                try exam.transaction {
                    try exam.store.delete(
                        buffer([null], columns: 1), TableAccess(table: table, columns: [2], key: [2]))
                }
                try demand(try exam.held().count == 2, "a NULL key deleted a row")
            },
            Question(name: "a scan and a range go in key order") { exam in
                try exam.write(try [10, 9, 100, -1, 2].map { try row($0, "r") })
                func ids(_ rows: RowBuffer) -> [String] {
                    (0..<rows.count).map { rows.cells(of: $0).first?.text ?? "" }
                }
                try demand(
                    ids(try exam.store.scan(access)) == ["-1", "2", "9", "10", "100"],
                    "the scan gives \(ids(try exam.store.scan(access)))")
                let cases: [(Int64?, Int64?, Int, [String])] = [
                    (nil, nil, 3, ["-1", "2", "9"]), (2, nil, .max, ["9", "10", "100"]),
                    (2, 10, .max, ["9", "10"]),
                    (nil, 2, .max, ["-1", "2"]), (9, 50, 1, ["10"]), (100, nil, 5, []),
                ]
                for (after, through, limit, wanted) in cases {
                    let rows = try exam.store.range(
                        after: after.map(key), through: through.map(key), limit: limit, access)
                    try demand(
                        ids(rows) == wanted, "the range after \(after ?? 0) is \(ids(rows)), not \(wanted)")
                }
            },
            Question(name: "a range over a key of several columns is in the order of the whole key") { exam in
                let pair = TableSchema(
                    name: "pair",
                    columns: [
                        ColumnSchema(name: "a", kind: .text, declaredType: "TEXT", isNullable: false),
                        ColumnSchema(name: "b", kind: .int64, declaredType: "INTEGER", isNullable: false),
                    ], key: [0, 1])
                try exam.subject.create(pair)
                let access = TableAccess(table: pair, columns: [0, 1], key: [0, 1])
                let rows = [("x", 2), ("a", 10), ("x", 1), ("a", 9), ("b", -5)].map {
                    text($0.0) + key(Int64($0.1)).bytes
                }
                try exam.transaction { _ = try exam.store.upsert(buffer(rows, columns: 2), access) }
                let found = try exam.store.range(
                    after: Key(bytes: rows[3]), through: Key(bytes: rows[2]), limit: .max, access)
                let keys = (0..<found.count).map { found.key(of: $0).display }
                try demand(keys == ["a/10", "b/-5", "x/1"], "the range is \(keys)")
            },
        ]
    }
}
