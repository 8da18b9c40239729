import Model
import Testing

@testable import PostgresConnector

/// What is known of a value by its tag alone, and where values stand.
@Suite struct ColumnKeepingTests {
    private static let forms: [PostgresForm] = [
        .bool, .int2, .int4, .int8, .oid, .float4, .float8, .numeric, .text, .bytea, .date, .time,
        .timestamp, .timestamptz, .interval, .uuid, .json, .jsonb, .character, .spelled,
    ]

    /// Values that a bounded column does not keep, and some that any does.
    private static let values: [@Sendable (inout [UInt8]) -> Void] = [
        { RowWriter.absent(&$0) }, { RowWriter.null(&$0) }, { RowWriter.bool(true, &$0) },
        { RowWriter.integer(1 << 40, &$0) }, { RowWriter.double(0.1, &$0) },
        { RowWriter.decimal(coefficient: 123_456, scale: 5, &$0) }, { RowWriter.text("ab     ", &$0) },
        { RowWriter.text("12:00:00.000001", &$0) }, { RowWriter.bytes([1, 2, 3], kind: .bytes, &$0) },
        { RowWriter.integer(20_000, kind: .date, &$0) }, { RowWriter.integer(1, kind: .time, &$0) },
        { RowWriter.integer(1, kind: .timestamp, &$0) },
        { RowWriter.integer(1, kind: .timestampZoned, &$0) },
        { RowWriter.interval(months: 1, days: 1, microseconds: 1, &$0) }, { RowWriter.uuid(7, &$0) },
        { RowWriter.bytes([0x7B, 0x7D], kind: .json, &$0) }, { RowWriter.bytes([], kind: .array, &$0) },
    ]

    private static func columns(_ form: PostgresForm) -> [PostgresColumn] {
        func column(scale: Int? = nil) -> PostgresColumn {
            PostgresColumn(
                schema: ColumnSchema(name: "c", kind: form.kind, scale: scale), form: form, type: 0,
                cast: "t")
        }
        let bounds: [(inout PostgresColumn) -> Void] = [
            { _ in }, { $0.precision = 3 }, { $0.lengthMax = 2 }, { $0.bytesMax = 2 },
            { $0.modified = "t(2)" },
            { $0.isCell = true },
        ]
        return bounds.flatMap { bound in
            [column(), column(scale: 2)].map { column in
                var column = column
                bound(&column)
                return column
            }
        }
    }

    @Test(arguments: [
        (#"{"a": 1, "a": 2}"#, true), (#"{"a": 1, "b": {"a": 2}}"#, false), (#"[{"a": 1}, {"a": 2}]"#, false),
        (#"[[{"x": [{"k": 1, "l": "k", "k" : 2}]}]]"#, true), (#"{"a\"b": "\\", "a\"b": 1}"#, true),
        (#"{"\u0061": 1, "a": 2}"#, true), (#"{"\ud83c\udf33": 1, "🌳": 2}"#, true),
        (#"{"a": "a", "b": "a"}"#, false),
        (#"{"\n": 1, "n": 2}"#, false), ("\"a\"", false), (#"{"a": 1, "a"#, true), (#"{"a\"#, false),
        ("", false),
        ("}{\"a\":1}]", false), (#"{"\u00"#, false),
    ])
    func aKeyThatStandsTwiceIsNotDropped(json: String, isTwice: Bool) throws {
        let column = PostgresColumn(
            schema: ColumnSchema(name: "c", kind: .json), form: .jsonb, type: 0, cast: "jsonb")
        var bytes: [UInt8] = []
        RowWriter.bytes(json.utf8, kind: .json, &bytes)
        try unsafe bytes.withUnsafeBytes { arena in
            let cell = try #require(unsafe CellView(arena, at: 0))
            let keeps = ColumnKeeping(column)
            #expect((keeps.misfit(cell) != nil) == isTwice && !keeps.plain.contains(.json))
        }
    }

    @Test func whatIsNotLookedAtIsKept() throws {
        var (plain, refused) = (0, 0)
        var wrong: [String] = []
        for column in Self.forms.flatMap(Self.columns) {
            let keeps = ColumnKeeping(column)
            for value in Self.values {
                var bytes: [UInt8] = []
                value(&bytes)
                try unsafe bytes.withUnsafeBytes { arena in
                    let cell = try #require(unsafe CellView(arena, at: 0))
                    let isKept = keeps.misfit(cell) == nil && !keeps.isSuspect(cell)
                    let isPlain = keeps.plain.contains(cell.kind)
                    if isPlain { plain += 1 }
                    if !isKept { refused += 1 }
                    if isPlain && !isKept { wrong.append("\(column) \(cell.kind)") }
                }
            }
        }
        #expect(wrong.isEmpty)
        #expect(plain > 500 && refused > 200, "\(plain) values of kinds that are kept, \(refused) not kept")
    }

    @Test func aRowWithFewerValuesThanColumnsIsDamaged() {
        var rows = RowBuffer(columns: 2)
        for value in ["one", "two"] {
            rows.beginRow()
            RowWriter.integer(1, &rows.bytes)
            RowWriter.text(value, &rows.bytes)
        }
        let whole = ScannedRows(rows)
        #expect(!whole.isDamaged(0) && !whole.isDamaged(1))
        #expect(whole.place(1, 0) == 6..<8 && whole.place(1, 1) == 8..<12)
        rows.bytes.removeLast()
        let cut = ScannedRows(rows)
        #expect(!cut.isDamaged(0) && cut.isDamaged(1))
        rows.bytes.removeLast(4)
        #expect(ScannedRows(rows).isDamaged(1))
    }
}
