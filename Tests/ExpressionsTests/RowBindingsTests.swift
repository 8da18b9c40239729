import CEL
import Expressions
import Model
import Testing

@Suite struct RowBindingsTests {
    private static let policy = TableSchema(
        name: "policy",
        columns: [
            ColumnSchema(name: "no", kind: .text, isNullable: false),
            ColumnSchema(name: "premium", kind: .decimal, scale: 2),
            ColumnSchema(name: "active", kind: .bool), ColumnSchema(name: "since", kind: .date),
            ColumnSchema(name: "revision", kind: .int64), ColumnSchema(name: "booked", kind: .timestamp),
            ColumnSchema(name: "seen", kind: .timestampZoned), ColumnSchema(name: "id", kind: .uuid),
            ColumnSchema(name: "data", kind: .json), ColumnSchema(name: "raw", kind: .bytes),
            ColumnSchema(name: "factor", kind: .double), ColumnSchema(name: "tags", kind: .array),
        ], key: [0])

    /// The value that a column has when its cell is this.
    private func read(_ column: String, _ write: (inout [UInt8]) -> Void) throws(EvaluationError) -> String {
        let table = Self.policy
        var row: [UInt8] = []
        for schema in table.columns {
            if schema.name == column { write(&row) } else { RowWriter.null(&row) }
        }
        let bindings = RowBindings([table])
        let field = table.index(of: column) ?? 0
        let result = unsafe row.withUnsafeBytes { arena in
            Result { () throws(EvaluationError) in
                // The arena lives within this closure, and the text is copied out of it.
                guard unsafe bindings.bind(0, arena: arena, row: 0) else {
                    throw EvaluationError(.unavailable, "damaged")
                }
                return Workbench.shown(try bindings.field(field, at: 0))
            }
        }
        bindings.clear()
        return try result.get()
    }

    private func code(_ column: String, _ write: (inout [UInt8]) -> Void) -> EvaluationError.Code? {
        do throws(EvaluationError) {
            _ = try read(column, write)
            return nil
        } catch {
            #expect(error.message.contains("policy.\(column)"))
            return error.code
        }
    }

    @Test func everyKindBecomesItsType() throws {
        #expect(try read("no") { RowWriter.text("007", &$0) } == "'007'")
        #expect(
            try read("premium") { RowWriter.decimal(coefficient: 1050, scale: 2, &$0) } == "decimal(10.50)")
        #expect(try read("active") { RowWriter.bool(true, &$0) } == "true")
        #expect(try read("since") { RowWriter.integer(0, kind: .date, &$0) } == "date(1970-01-01)")
        #expect(try read("revision") { RowWriter.integer(-5, &$0) } == "-5")
        #expect(
            try read("booked") { RowWriter.integer(1, kind: .timestamp, &$0) }
                == "local_timestamp(1970-01-01T00:00:00.000001)")
        #expect(
            try read("seen") { RowWriter.integer(-1, kind: .timestampZoned, &$0) }
                == "timestamp(-1.999999000)")
        #expect(try read("id") { RowWriter.uuid(1, &$0) } == "uuid(00000000-0000-0000-0000-000000000001)")
        #expect(try read("data") { RowWriter.bytes(Array("{}".utf8), kind: .json, &$0) } == "'{}'")
        #expect(try read("raw") { RowWriter.bytes([1, 2], kind: .bytes, &$0) } == "bytes([1, 2])")
        #expect(try read("factor") { RowWriter.double(0.5, &$0) } == "0.5")
        #expect(try read("premium") { RowWriter.null(&$0) } == "null")
        var payload: [UInt8] = []
        RowWriter.integer(1, &payload)
        RowWriter.text("x", &payload)
        RowWriter.null(&payload)
        #expect(try read("tags") { RowWriter.bytes(payload, kind: .array, &$0) } == "[1, 'x', null]")
    }

    @Test func cellsOfAnotherKindAreConvertedWhereThatIsExact() throws {
        #expect(try read("premium") { RowWriter.integer(7, &$0) } == "decimal(7.00)")
        #expect(try read("premium") { RowWriter.double(10.5, &$0) } == "decimal(10.50)")
        #expect(try read("premium") { RowWriter.text("10.50", &$0) } == "decimal(10.50)")
        #expect(
            try read("premium") { RowWriter.decimal(coefficient: 10500, scale: 3, &$0) } == "decimal(10.50)")
        #expect(try read("revision") { RowWriter.double(4, &$0) } == "4")
        #expect(try read("revision") { RowWriter.decimal(coefficient: 40, scale: 1, &$0) } == "4")
        #expect(try read("factor") { RowWriter.integer(4, &$0) } == "4.0")
        #expect(try read("active") { RowWriter.integer(1, &$0) } == "true")
        #expect(try read("since") { RowWriter.text("2024-02-29", &$0) } == "date(2024-02-29)")
        #expect(
            try read("booked") { RowWriter.text("2024-02-29 10:00:00", &$0) }
                == "local_timestamp(2024-02-29T10:00:00)")
        #expect(try read("seen") { RowWriter.text("2024-02-29 10:00:00Z", &$0) } == "timestamp(1709200800.0)")
        #expect(
            try read("id") { RowWriter.text("01234567-89ab-cdef-0123-456789abcdef", &$0) }
                == "uuid(01234567-89ab-cdef-0123-456789abcdef)")
    }

    @Test func binaryNoiseIsRoundedAwayAndRealDigitsAreNot() throws {
        #expect(try read("premium") { RowWriter.double(0.1 + 0.2, &$0) } == "decimal(0.30)")
        #expect(try read("premium") { RowWriter.double(100_000.1 - 100_000, &$0) } == "decimal(0.10)")
        #expect(
            try read("premium") { RowWriter.double(123_456_789_012.34.nextUp, &$0) }
                == "decimal(123456789012.34)")
        #expect(
            try read("premium") { RowWriter.decimal(coefficient: 30_000_000_000_000_004, scale: 17, &$0) }
                == "decimal(0.30)")
        #expect(
            code("premium") { RowWriter.decimal(coefficient: 30_000_000_000_000_000_001, scale: 20, &$0) }
                == .lossy)
        #expect(code("premium") { RowWriter.double(0.125, &$0) } == .lossy)
        #expect(code("premium") { RowWriter.double(1.0 / 3.0, &$0) } == .lossy)
        #expect(code("premium") { RowWriter.double(0.12345678901234567, &$0) } == .lossy)
        #expect(code("premium") { RowWriter.text("0.125", &$0) } == .lossy)
        #expect(code("premium") { RowWriter.decimal(coefficient: 125, scale: 3, &$0) } == .lossy)
    }

    @Test func sumsOfCentsInDoublesAlwaysComeOutAsCents() throws {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            var cents = 0
            var sum = 0.0
            for _ in 0..<random.below(30) + 1 {
                let amount = random.below(10_000_000) - 5_000_000
                cents += amount
                sum += Double(amount) / 100
            }
            let shown = try read("premium") { RowWriter.double(sum, &$0) }
            let expected = Decimal128(coefficient: Int128(cents), scale: 2)
            let read = try Decimal128(String(shown.dropFirst(8).dropLast()))
            #expect(read == expected)
        }
    }

    @Test func whatDoesNotFitNamesTheColumnAndNotTheValue() {
        #expect(code("premium") { RowWriter.text("abc", &$0) } == .typeMismatch)
        #expect(code("premium") { RowWriter.double(.nan, &$0) } == .typeMismatch)
        #expect(code("revision") { RowWriter.text("5", &$0) } == .typeMismatch)
        #expect(code("revision") { RowWriter.double(5.5, &$0) } == .typeMismatch)
        #expect(code("active") { RowWriter.integer(2, &$0) } == .typeMismatch)
        #expect(code("since") { RowWriter.text("20240229", &$0) } == .typeMismatch)
        #expect(code("since") { RowWriter.text("2024-02-30", &$0) } == .typeMismatch)
        #expect(code("booked") { RowWriter.text("2024-02-29 10:00:00Z", &$0) } == .typeMismatch)
        #expect(code("seen") { RowWriter.text("2024-02-29 10:00:00", &$0) } == .typeMismatch)
        #expect(code("no") { RowWriter.integer(7, &$0) } == .typeMismatch)
        #expect(code("no") { RowWriter.bytes([0x41], kind: .bytes, &$0) } == .typeMismatch)
        #expect(code("no") { RowWriter.absent(&$0) } == .notSent)
        #expect(code("seen") { RowWriter.integer(.max, kind: .timestampZoned, &$0) } == .overflow)
    }

    @Test func textMustBeUTF8() throws {
        for (bytes, isValid) in [
            ([UInt8]("Grüße €😀 and more than eight bytes".utf8), true), ([0xC3], false),
            ([0xC0, 0x80], false), ([0xED, 0xA0, 0x80], false),
            ([0xF4, 0x90, 0x80, 0x80], false), ([0xE2, 0x82], false), ([0xFF], false), ([0x41, 0x80], false),
            ([0xF0, 0x9F, 0x98, 0x80], true),
            ([0xF0, 0x8F, 0x80, 0x80], false), ([], true),
        ] {
            #expect((code("no") { RowWriter.bytes(bytes, kind: .text, &$0) } == nil) == isValid)
        }
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let seeds: [[UInt8]] = [
                [0x41], [0xC3, 0xA4], [0xE2, 0x82, 0xAC], [0xF0, 0x9F, 0x98, 0x80],
                [UInt8(random.below(256))],
            ]
            let bytes = (0..<random.below(12)).flatMap { _ in random.pick(seeds) }
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            #expect((code("no") { RowWriter.bytes(bytes, kind: .text, &$0) } == nil) == isValid)
        }
    }

    @Test func arraysInArraysEndSomewhere() {
        var payload: [UInt8] = []
        for _ in 0..<10_000 {
            var outer: [UInt8] = []
            RowWriter.bytes(payload, kind: .array, &outer)
            payload = outer
        }
        #expect(code("tags") { RowWriter.bytes(payload, kind: .array, &$0) } == .typeMismatch)
    }
}
