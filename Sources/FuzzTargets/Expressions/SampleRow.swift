import CEL
import Expressions
import Model

/// The environment and the rows that expressions are tried on: a table with a column of every kind, once as
/// one row, once as several rows, and once as a row that is not there.
final class SampleRow {
    static let table = TableSchema(
        name: "item",
        columns: [
            column("id", .int64, isNullable: false), column("name", .text), column("code", .text),
            column("active", .bool), column("amount", .decimal, isNullable: false), column("rate", .double),
            column("data", .bytes), column("day", .date), column("at", .time), column("local", .timestamp),
            column("moment", .timestampZoned), column("span", .interval), column("uid", .uuid),
            column("doc", .json), column("tags", .array), column("none", .text),
        ], key: [0])

    /// The aliases in slot order.
    static let aliases: [(name: String, type: CELType)] = [
        ("r", .record(RecordType(table))), ("rows", .list(.record(RecordType(table)))),
        ("missing", .wrapper(.record(RecordType(table)))),
    ]

    static func environment() throws -> Environment {
        let codes = try CodeTable(
            name: "product",
            entries: [
                .init(old: .text("AU"), new: .text("auto")), .init(old: .integer(1), new: .integer(10)),
                .init(old: .null, new: .text("none")), .init(old: .text("HO"), new: .text("auto")),
            ], otherwise: .value(.text("other")))
        let keys = try KeyRing(["k": Array(0..<32)])
        return Environment(
            variables: aliases.map { Variable($0.name, $0.type) },
            libraries: [BanyanLibrary.library(codes: [codes], keys: keys)])
    }

    private let arena: [UInt8]
    private let starts: [Int]
    private let bindings: RowBindings

    init() {
        var arena: [UInt8] = []
        var starts: [Int] = []
        for number in 0..<3 {
            starts.append(arena.count)
            Self.image(Int64(number), &arena)
        }
        self.arena = arena
        self.starts = starts
        bindings = RowBindings(Self.aliases.map { _ in Self.table })
    }

    /// Calls `body` with the rows bound.
    func withBindings<Result>(_ body: (any Bindings) throws -> Result) throws -> Result {
        try unsafe arena.withUnsafeBytes { arena in
            // The arena is held until the closure ends, and the bindings let go of it before.
            defer { bindings.clear() }
            let isOne = unsafe bindings.bind(0, arena: arena, row: starts[0])
            let areMany = unsafe bindings.bind(1, arena: arena, rows: starts)
            try FuzzFinding.unless(isOne && areMany, "the sample rows cannot be bound")
            bindings.bindMissing(2)
            return try body(bindings)
        }
    }

    private static func column(_ name: String, _ kind: Kind, isNullable: Bool = true) -> ColumnSchema {
        ColumnSchema(
            name: name, kind: kind, isNullable: isNullable, scale: kind == .decimal ? 2 : nil)
    }

    private static func image(_ number: Int64, _ row: inout [UInt8]) {
        RowWriter.integer(number * 41 + 1, &row)
        RowWriter.text("Zoë № \(number) \u{1F33F}", &row)
        RowWriter.text(["AU", "XX", "HO"][Int(number)], &row)
        RowWriter.bool(number == 1, &row)
        RowWriter.decimal(coefficient: 12_345 + Int128(number), scale: 2, &row)
        RowWriter.double(0.1 * Double(number + 1), &row)
        RowWriter.bytes([0, 255, UInt8(number)], kind: .bytes, &row)
        RowWriter.integer(19_700 + number, kind: .date, &row)
        RowWriter.integer(43_200_000_000 + number, kind: .time, &row)
        RowWriter.integer(1_700_000_000_000_000 + number, kind: .timestamp, &row)
        RowWriter.integer(1_700_000_000_000_000 - number, kind: .timestampZoned, &row)
        RowWriter.interval(months: 1, days: -2, microseconds: 3_000_000, &row)
        RowWriter.uuid(UInt128(0x0123_4567_89AB_CDEF) << 64 | UInt128(number), &row)
        RowWriter.bytes(Array(#"{"a": [1, null]}"#.utf8), kind: .json, &row)
        var tags: [UInt8] = []
        RowWriter.integer(7, &tags)
        RowWriter.text("tag", &tags)
        RowWriter.bytes(tags, kind: .array, &row)
        RowWriter.null(&row)
    }
}
