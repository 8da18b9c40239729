import CEL
import Expressions
import Model
import Testing

@Suite struct ValueEncoderTests {
    private let bench = Workbench()

    /// What the column holds after the expression's value was written to it.
    private func stored(_ source: String, _ kind: Kind, scale: Int? = nil, isNullable: Bool = true) throws
        -> String
    {
        let column = ColumnSchema(name: "target", kind: kind, isNullable: isNullable, scale: scale)
        var row: [UInt8] = []
        try ValueEncoder.encode(try bench.value(source), for: column, into: &row)
        return try unsafe row.withUnsafeBytes { arena in
            // The arena lives within this closure.
            let (cell, end) = try #require(unsafe CellView.read(arena, at: 0))
            #expect(end == arena.count)
            return "\(cell.kind) \(cell.display)"
        }
    }

    private func code(_ source: String, _ kind: Kind, scale: Int? = nil, isNullable: Bool = true) throws
        -> String?
    {
        do {
            _ = try stored(source, kind, scale: scale, isNullable: isNullable)
            return nil
        } catch let error as EvaluationError {
            #expect(error.message.contains("target"))
            return error.code.rawValue
        }
    }

    @Test(arguments: [
        ("'text'", Kind.text, "text text"), ("'{}'", .json, "json {}"), ("7", .int64, "int64 7"),
        ("7u", .int64, "int64 7"),
        ("true", .bool, "bool true"), ("true", .int64, "int64 1"), ("false", .int64, "int64 0"),
        ("1.5", .double, "double 1.5"),
        ("7", .double, "double 7.0"), ("7", .decimal, "decimal 7"),
        ("decimal('7.50')", .decimal, "decimal 7.50"),
        ("decimal('7.00')", .int64, "int64 7"), ("date('2024-02-29')", .date, "date 2024-02-29"),
        ("date('2024-02-29')", .text, "text 2024-02-29"), ("time('10:00')", .time, "time 10:00:00"),
        ("interval('P1M2DT3S')", .interval, "interval P1M2DT3S"),
        ("interval('P1M2DT3S')", .text, "text P1M2DT3S"),
        ("local_timestamp('2024-02-29T10:00:00')", .timestamp, "timestamp 2024-02-29T10:00:00"),
        ("timestamp('2024-02-29T10:00:00Z')", .timestampZoned, "timestampZoned 2024-02-29T10:00:00Z"),
        ("timestamp('2024-02-29T10:00:00.5Z')", .text, "text 2024-02-29T10:00:00.5Z"),
        ("b'AB'", .bytes, "bytes x'4142'"),
        ("local_timestamp('2024-02-29T10:00:00')", .text, "text 2024-02-29T10:00:00"),
        ("null", .text, "null NULL"),
        ("uuid('01234567-89ab-cdef-0123-456789abcdef')", .uuid, "uuid 01234567-89ab-cdef-0123-456789abcdef"),
        ("uuid('01234567-89ab-cdef-0123-456789abcdef')", .text, "text 01234567-89ab-cdef-0123-456789abcdef"),
        ("[1, 'a']", .array, "array x'1301" + "1661'"),
    ])
    func writesExactly(source: String, kind: Kind, result: String) throws {
        #expect(try stored(source, kind) == result)
    }

    @Test func decimalsTakeTheColumnsScale() throws {
        #expect(try stored("decimal('7.5')", .decimal, scale: 2) == "decimal 7.50")
        #expect(try stored("decimal('7.500')", .decimal, scale: 2) == "decimal 7.50")
        #expect(try stored("7", .decimal, scale: 2) == "decimal 7.00")
        #expect(try code("decimal('7.505')", .decimal, scale: 2) == "lossy")
    }

    @Test(arguments: [
        ("decimal('7.5')", Kind.int64, "lossy"), ("decimal('7.5')", .double, "type_mismatch"),
        ("1.5", .decimal, "type_mismatch"),
        ("'7'", .int64, "type_mismatch"), ("7", .text, "type_mismatch"), ("7", .bool, "type_mismatch"),
        ("date('2024-02-29')", .timestamp, "type_mismatch"),
        ("timestamp('2024-02-29T10:00:00Z')", .timestamp, "type_mismatch"),
        ("9007199254740993", .double, "lossy"), ("18446744073709551615u", .int64, "overflow"),
        ("[1]", .text, "type_mismatch"),
        ("timestamp('2024-02-29T10:00:00.000000001Z')", .timestampZoned, "lossy"),
        ("'x'", .date, "type_mismatch"),
        ("duration('1s')", .int64, "type_mismatch"), ("{'a': 1}", .json, "type_mismatch"),
    ])
    func refusesWhatWouldChange(source: String, kind: Kind, code: String) throws {
        #expect(try self.code(source, kind) == code)
    }

    @Test func aNullNeedsAColumnThatTakesIt() throws {
        #expect(try code("null", .text, isNullable: false) == "null_not_allowed")
    }

    @Test func thePlanIsToldWhatCanNeverBeWritten() {
        let text = ColumnSchema(name: "t", kind: .text)
        let money = ColumnSchema(name: "m", kind: .decimal)
        let ratio = ColumnSchema(name: "r", kind: .double)
        #expect(ValueEncoder.refusal(of: .wrapper(.string), for: text) == nil)
        #expect(ValueEncoder.refusal(of: .date, for: text) == nil)
        #expect(ValueEncoder.refusal(of: .dyn, for: text) == nil)
        #expect(ValueEncoder.refusal(of: .decimal, for: money) == nil)
        #expect(ValueEncoder.refusal(of: .double, for: money) != nil)
        #expect(ValueEncoder.refusal(of: .decimal, for: ratio)?.contains("double(x)") == true)
        #expect(ValueEncoder.refusal(of: .int, for: text) != nil)
        #expect(
            ValueEncoder.refusal(of: .null, for: ColumnSchema(name: "n", kind: .text, isNullable: false))
                != nil)
    }

    @Test func whatThePlanAllowsIsNeverATypeMismatch() throws {
        let samples = [
            "true", "7", "7u", "1.5", "'x'", "b'x'", "decimal('7')", "date('2024-02-29')", "time('10:00')",
            "[1]",
            "local_timestamp('2024-02-29T10:00:00')", "timestamp('2024-02-29T10:00:00Z')", "duration('1s')",
            "uuid('01234567-89ab-cdef-0123-456789abcdef')",
        ]
        for kind in Kind.allCases where kind != .absent && kind != .null {
            for source in samples {
                let refusal = ValueEncoder.refusal(
                    of: try bench.type(source), for: ColumnSchema(name: "target", kind: kind))
                #expect(
                    (try code(source, kind) == "type_mismatch") == (refusal != nil), "\(source) to \(kind)")
            }
        }
    }

    @Test func equalNumbersHaveOneCanonicalForm() throws {
        var forms: Set<[UInt8]> = []
        for source in ["7", "7u", "7.0", "decimal('7.00')", "decimal('7')"] {
            var bytes: [UInt8] = []
            #expect(ValueEncoder.appendCanonical(try bench.value(source), to: &bytes))
            forms.insert(bytes)
        }
        #expect(forms.count == 1)
        var bytes: [UInt8] = []
        #expect(!ValueEncoder.appendCanonical(try bench.value("[1]"), to: &bytes) && bytes.isEmpty)
    }
}
