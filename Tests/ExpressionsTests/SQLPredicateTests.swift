import CEL
import Expressions
import Model
import SQLite
import Testing

@Suite struct SQLPredicateTests {
    private static let policy = TableSchema(
        name: "policy",
        columns: [
            ColumnSchema(name: "no", kind: .text, isNullable: false),
            ColumnSchema(name: "country", kind: .text),
            ColumnSchema(name: "premium", kind: .decimal, scale: 2),
            ColumnSchema(name: "count", kind: .int64),
            ColumnSchema(name: "active", kind: .bool), ColumnSchema(name: "seen", kind: .timestampZoned),
            ColumnSchema(name: "odd\"name", kind: .text),
            ColumnSchema(name: "padded", kind: .text, declaredType: "character(4)"),
        ], key: [0])

    private func predicate(
        _ source: String, _ dialect: SQLDialect = .sqlite, constants: SQLPredicate.Constants = .bound(from: 1)
    ) throws -> SQLPredicate {
        let environment = Environment(
            variables: [Variable("p", .record(RecordType(Self.policy)))], libraries: [BanyanLibrary.library()]
        )
        let checked = try environment.check(try environment.parse(source), expecting: .bool)
        return try SQLPredicate(
            checked, scope: .aliases([("p", Self.policy)]), dialect: dialect, constants: constants)
    }

    @Test func aSliceIsASimpleCondition() throws {
        let slice = try predicate("p.country == 'DE' && p.no in ['1', '2']")
        #expect(
            slice.sql == #"(("p"."country" IS ?1) AND (NOT ("p"."no" IS NULL) AND ("p"."no" IN (?2, ?3))))"#)
        #expect(slice.parameters == [.text("DE"), .text("1"), .text("2")])
        let postgres = try predicate("p.country == 'DE'", .postgres, constants: .bound(from: 3))
        #expect(postgres.sql == #"("p"."country" IS NOT DISTINCT FROM $3::text)"#)
    }

    @Test func constantsCanStandInTheText() throws {
        let sql = try predicate(
            "p.country == 'O\\'Neill' || p.count > -9223372036854775808", constants: .inline)
        #expect(sql.sql == #"(("p"."country" IS 'O''Neill') OR ("p"."count" > (-9223372036854775807 - 1)))"#)
        #expect(sql.parameters.isEmpty)
        #expect(throws: SQLRefusal.self) { try predicate("p.country == 'a\\u0000b'", constants: .inline) }
    }

    @Test func namesAreQuoted() throws {
        #expect(try SQLIdentifier("a\"b; DROP TABLE x").quoted == "\"a\"\"b; DROP TABLE x\"")
        #expect(throws: ExpressionError.self) { try SQLIdentifier("a\u{0}b") }
        #expect(throws: ExpressionError.self) { try SQLIdentifier("") }
    }

    /// A quote with a mark behind it is one character, and to whoever parses SQL a quote.
    @Test func quotesAreDoubledWhateverStandsBehindThem() throws {
        let name = "a\"\u{301} OR \"\u{FE0F}b"
        let quoted = "\"a\"\"\u{301} OR \"\"\u{FE0F}b\""
        #expect(Array(try SQLIdentifier(name).quoted.utf8) == Array(quoted.utf8))
        let filter = try predicate("p.country == 'x\\'\u{301} OR 1'", constants: .inline).sql
        #expect(Array(filter.utf8) == Array("(\"p\".\"country\" IS 'x''\u{301} OR 1')".utf8))
        let connection = try SQLiteConnection(path: ":memory:", access: .create)
        let text = "x'\u{301} OR 1"
        let columns = "\(SQLiteName.literal(text)) AS \(SQLiteName.quote(name))"
        let found = try connection.string("SELECT \(SQLiteName.quote(name)) FROM (SELECT \(columns))")
        #expect(found.map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test func postgresKeepsThePaddingOfPaddedTypes() throws {
        #expect(
            try predicate("p.padded == 'DE  '", .postgres).sql.contains("rpad(\"p\".\"padded\"::text, 4)"))
    }

    @Test func oneParameterHasOneType() throws {
        let sql = try predicate("p.count == 1 && p.premium == decimal(1)", .postgres)
        #expect(sql.parameters == [.integer(1), .text("1")])
        let text = try predicate("p.country == '1' && p.premium == decimal('1')", .postgres)
        #expect(text.parameters == [.text("1"), .text("1")])
        #expect(text.sql.contains("$1::text") && text.sql.contains("$2::numeric"))
    }

    @Test(arguments: [
        ("p.country.matches('D.')", "matches", 11), ("trim(p.country) == 'DE'", "trim", 1),
        ("p.count / 2 == 1", "division", 9),
        ("p.country in [p.no]", "constants", 17), ("p.country.startsWith(p.no)", "constant", 24),
        ("p.seen > timestamp('2024-01-01T00:00:00Z')", "not compared in sqlite", 8),
        ("size(p.country) == 2", "size", 1),
        ("[1].exists(x, x == p.count)", "does not run", 5), ("p == p", "columns", 1),
        ("decimal(p.count) == p.premium", "decimal", 1),
        ("p.premium > decimal('123456789012345678.5')", "exact", 13),
        ("p.country + 'x' == 'DEx'", "ints and decimals", 11),
        ("date('2024-02-30') == date('2024-01-01')", "cannot be read", 1),
    ])
    func refusesWhatNoDatabaseRuns(source: String, reason: String, column: Int) throws {
        do {
            let sql = try predicate(source)
            Issue.record("compiled to \(sql.sql)")
        } catch let refusal as SQLRefusal {
            #expect(refusal.reason.contains(reason), "\(refusal)")
            #expect(refusal.position.column == column, "\(refusal)")
        }
    }

    @Test func aPredicateThatGrowsTooLargeIsRefused() {
        let sum = (0..<24).map { _ in "p.count" }.joined(separator: " + ")
        #expect(throws: SQLRefusal.self) { try predicate("\(sum) > 0") }
    }
}
