import Foundation
import PostgreSQL
import TestKit
import Testing

/// Every kind of value from PostgreSQL into SQLite and back, as the documents say.
@Suite struct PostgresSQLiteTests {
    /// A PostgreSQL type, the column of it in SQLite, what reads it back, and values.
    private static let types: [(type: String, column: String, back: String, values: [String])] = [
        ("bool", "BOOLEAN", "%", ["t", "f"]), ("int8", "INTEGER", "%", ["-9223372036854775808", "7"]),
        ("float8", "REAL", "%", ["1e-300", "Infinity"]), ("float4", "REAL", "%", ["1e-45", "-0.1"]),
        (
            "numeric", "TEXT", "decimal(%)",
            ["-12345678901234567890123456789012345.678", "1.500"]
        ),
        ("numeric(12,2)", "NUMERIC(12,2)", "%", ["9999999999.99", "-0.10"]),
        ("text", "TEXT", "%", ["naïve 🌳 e\u{301}", ""]),
        ("varchar(9)", "VARCHAR(9)", "%", ["  padded", "x"]),
        ("bytea", "BLOB", "%", ["\\x00ff5c27", "\\x"]),
        ("date", "TEXT", "date(%)", ["0001-01-01", "9999-12-31"]),
        ("time", "TEXT", "time(%)", ["23:59:59.999999", "00:00"]),
        ("timestamp", "TEXT", "local_timestamp(%)", ["0001-01-01 00:00:00.000001", "2024-02-29 10:00"]),
        (
            "timestamptz", "TEXT", "% == null ? null : timestamp(%)",
            ["1969-12-31 23:59:59.999999+00", "2024-02-29 10:00+05:30"]
        ),
        ("interval", "TEXT", "interval(%)", ["1 year 2 mons -3 days 04:05:06.789", "-00:00:00.5"]),
        (
            "uuid", "TEXT", "uuid(%)",
            ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"]
        ),
        ("json", "TEXT", "%", ["{\"a\" :  [1, null], \"a\": 2}", "null"]),
        ("jsonb", "TEXT", "%", ["{\"a\": [1, null]}", "1.50"]),
        ("int4[]", "TEXT", "%", ["{1,NULL,3}", "[0:1]={1,2}"]),
        ("inet", "TEXT", "%", ["::1", "192.168.0.1/24"]),
        ("mood", "TEXT", "%", ["sad", "fair & fine"]), ("tstzrange", "TEXT", "%", ["empty", "(,)"]),
        ("money", "TEXT", "%", ["-$1,234.56", "$0.00"]), ("bit(5)", "TEXT", "%", ["10101", "00000"]),
    ]

    private static var tables: String {
        let columns = types.enumerated().map { "c\($0.offset) \($0.element.type)" }.joined(separator: ", ")
        return "CREATE TYPE mood AS ENUM ('sad', 'fair & fine');"
            + "CREATE TABLE thing (id int PRIMARY KEY, \(columns));"
    }

    private static func plan(_ name: String, from legacy: String, into service: String, back: Bool) -> String
    {
        let fields = types.enumerated().map { number, type in
            let expression =
                back ? "\"" + type.back.replacing("%", with: "t.c\(number)") + "\"" : out(type.back, number)
            return "c\(number): \(expression)"
        }
        return PostgresPlan.text(name, from: "thing", into: "thing", fields: fields)
            .replacing("legacy:  { postgres: \"${LEGACY_URL}\" }", with: "legacy:  { \(legacy) }")
            .replacing("service: { postgres: \"${SERVICE_URL}\" }", with: "service: { \(service) }")
            .replacing("state/", with: "state-\(name)/")
    }

    /// A decimal's digits are kept where it is written as a text.
    private static func out(_ back: String, _ number: Int) -> String {
        back == "decimal(%)"
            ? "\"t.c\(number) == null ? null : string(t.c\(number))\"" : "t.c\(number)"
    }

    /// - Parameter isJoined: Whether rows are computed from copies of legacy's tables, which are in SQLite,
    ///   too.
    @Test(arguments: [false, true]) func everyKindGoesToSQLiteAndComesBack(isJoined: Bool) throws {
        let sample = try SampleMigration()
        let (first, last) = (
            try PostgresServer.makeDatabase(Self.tables), try PostgresServer.makeDatabase(Self.tables)
        )
        let columns = Self.types.enumerated().map { "c\($0.offset) \($0.element.column)" }
        let file = sample.folder.file("between.db")
        try sample.execute(
            "CREATE TABLE thing (id INTEGER PRIMARY KEY, \(columns.joined(separator: ", ")))",
            in: "between.db")
        let name = "out-\(last.address.filter(\.isNumber))"
        var out = Self.plan(name, from: "postgres: \"${LEGACY_URL}\"", into: "sqlite: \(file)", back: false)
        if isJoined {
            out = out.replacing(
                "t: { table: thing, root: true }",
                with: "t: { table: thing, root: true }\n      p: { table: part, many: \"p.thing == t.id\" }"
            ).replacing("c1: t.c1\n", with: "c1: \"size(p) == 0 ? t.c1 : 0\"\n")
            try first.app.execute(
                "CREATE TABLE part (id int PRIMARY KEY, thing int); ALTER TABLE part REPLICA IDENTITY FULL;"
                    + "ALTER TABLE thing REPLICA IDENTITY FULL")
        }
        try sample.write(out, to: "out.yaml")
        try sample.write(
            Self.plan("back", from: "sqlite: \(file)", into: "postgres: \"${SERVICE_URL}\"", back: true),
            to: "back.yaml")
        let variables = ["LEGACY_URL": first.address, "SERVICE_URL": last.address]
        func run(_ plan: String) throws {
            let done = try sample.banyan.start(["run", plan, "--until", "caught-up"], environment: variables)
                .end(within: .seconds(120))
            #expect(done.status == 0, "\(done.errors)")
        }
        func insert(_ id: Int, _ index: Int?) -> String {
            let values = Self.types.map { type in
                index.map { "'\(type.values[$0].replacing("'", with: "''"))'" } ?? "NULL"
            }
            return "INSERT INTO thing VALUES (\(id), \(values.joined(separator: ", ")));"
        }
        // Once as history, once as changes.
        for start in [1, 4] {
            try first.app.execute(insert(start, 0) + insert(start + 1, 1) + insert(start + 2, nil))
            try run("out.yaml")
            try run("back.yaml")
        }
        let found = try [first, last].map { database in
            try database.app.query("SELECT t::text FROM thing t ORDER BY id").texts(0)
        }
        #expect(found[0].count == 6)
        let between = try sample.value("SELECT group_concat(id) FROM thing", in: "between.db")
        #expect(between == "1,2,3,4,5,6")
        let ids = try last.app.query("SELECT string_agg(id::text, ',' ORDER BY id) FROM thing")
        #expect(ids.text(0, 0) == between)
        for (before, after) in zip(found[0], found[1]) { #expect(before == after) }
        let aside = try last.app.query(
            "SELECT count(*), string_agg(reason || ': ' || message, chr(10)) FROM banyan.banyan_quarantine")
        #expect(aside.text(0, 0) == "0", "\(aside.text(0, 1) ?? "")")
        #expect(try sample.banyan("uninstall", "out.yaml", environment: variables).status == 0)
    }
}
