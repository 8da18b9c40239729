import Foundation
import PostgreSQL
import TestKit
import Testing

/// Every type through the whole of it: read as history, streamed in text, written, and compared by the
/// servers.
@Suite struct PostgresTypesTests {
    /// Types, and values of each in a form that the server reads.
    private static let types: [(type: String, values: [String])] = [
        ("bool", ["t", "f"]), ("int2", ["-32768", "7"]), ("int4", ["-2147483648", "7"]),
        ("int8", ["9223372036854775807", "-1"]), ("oid", ["4294967295", "0"]),
        ("numeric", ["NaN", "-Infinity"]),
        ("numeric(38,20)", ["123456789012345678.00000000000000000001", "0"]),
        ("numeric", ["1e-60", "123456789012345678901234567890123456789012345.50"]),
        ("float4", ["1e-45", "NaN"]),
        ("float8", ["-0", "Infinity"]), ("text", ["naïve 🌳 e\u{301}", ""]),
        ("varchar(9)", ["  padded ", "x"]),
        ("char(5)", ["ab", ""]), ("name", ["pg_class", "x"]), ("\"char\"", ["x", "y"]),
        ("bytea", ["\\x00ff5c27", "\\x"]), ("date", ["infinity", "0044-03-15 BC"]),
        ("time", ["24:00:00", "12:00:00.5"]), ("time(2)", ["12:00:00.25", "0:0"]),
        ("timetz", ["12:00:00+05:30", "00:00-11"]),
        ("timestamp", ["-infinity", "0044-03-15 12:00:00.25 BC"]),
        ("timestamptz", ["infinity", "1969-12-31 23:59:59.999999+00"]),
        ("interval", ["1 year 2 mons 3 days 04:05:06.789", "-00:00:00.5"]),
        ("uuid", ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"]),
        ("json", ["{\"a\" :  [1, null], \"a\": 2}", "null"]), ("jsonb", ["{\"a\": [1, null]}", "1.50"]),
        ("xml", ["<a>&lt;</a>", "<b/>"]), ("mood", ["fair & fine", "sad"]), ("int4[]", ["{1,NULL,3}", "{}"]),
        ("text[]", ["[0:1][-1:0]={{a,NULL},{\"NULL\",\"b,\\\"\"}}", "{{1,2},{3,4}}"]),
        ("numeric[]", ["{1.50,NULL,NaN}", "{-1e-9}"]),
        ("timestamptz[]", ["{\"2000-01-01 00:00:00+00\",infinity}", "{}"]),
        ("uuid[]", ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "{NULL}"]),
        ("mood[]", ["{\"fair & fine\"}", "{}"]),
        ("int4range", ["[1,10)", "empty"]), ("numrange", ["(,1.50]", "[2,3)"]),
        ("tstzrange", ["[\"2000-01-01 00:00:00+00\",infinity)", "(,)"]),
        ("int4multirange", ["{[1,3),[5,8)}", "{}"]),
        ("inet", ["192.168.0.1/24", "::1"]), ("cidr", ["10.0.0.0/8", "2001:db8::/32"]),
        ("macaddr", ["08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"]),
        ("macaddr8", ["08:00:2b:01:02:03:04:05", "00:00:00:00:00:00:00:01"]), ("bit(5)", ["10101", "00000"]),
        ("varbit", ["", "1"]), ("money", ["-$1,234.56", "$0.00"]), ("tsvector", ["'a':1A 'it''s':2", ""]),
        ("tsquery", ["'a' & !'b'", "'c'"]), ("point", ["(1.5,-2)", "(0,0)"]),
        ("box", ["(1,1),(0,0)", "(2,2),(1,1)"]),
        ("pair", ["(1,\"a, \"\"b\"\"\")", "(,)"]), ("pair[]", ["{\"(1,a)\",NULL}", "{}"]),
        ("positive", ["7", "1"]), ("\"wörter 🌳\"", ["{a,b}", "{}"]),
        ("hstore", ["\"a\"=>NULL, \"b\"=>\"1\"", ""]),
        ("citext", ["MiXed", "ß"]), ("pg_lsn", ["16/B374D848", "0/0"]), ("jsonpath", ["$.\"a\"", "$"]),
    ]

    private static let preamble = """
        CREATE EXTENSION hstore; CREATE EXTENSION citext;
        CREATE TYPE mood AS ENUM ('sad', 'fair & fine'); CREATE TYPE pair AS (a int, b text);
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        CREATE DOMAIN "wörter 🌳" AS text[] CHECK (array_position(VALUE, 'bad') IS NULL);

        """

    /// Names that need quotes, and one as long as names get.
    private static func column(_ number: Int) -> String { "c \(number) \"🌳\".x" }

    private static func quoted(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    private static var table: String {
        let columns = types.enumerated().map { "\(quoted(column($0.offset))) \($0.element.type)" }
        return preamble + "CREATE TABLE every_type (id int PRIMARY KEY, \(columns.joined(separator: ", ")));"
    }

    private static func insert(_ id: Int, _ index: Int?) -> String {
        let values = types.map { type in
            index.map { "'\(type.values[$0].replacing("'", with: "''"))'" } ?? "NULL"
        }
        return "INSERT INTO every_type VALUES (\(id), \(values.joined(separator: ", ")));"
    }

    private static var plan: String {
        let fields = types.indices.map { number in
            let name = column(number).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return "\"\(name)\": t.`\(column(number))`"
        }
        return PostgresPlan.text("every-type", from: "every_type", into: "every_type", fields: fields)
    }

    @Test func everyValueOfEveryTypeArrives() throws {
        let sample = try SampleMigration()
        let (legacy, service) = (
            try PostgresServer.makeDatabase(Self.table), try PostgresServer.makeDatabase(Self.table)
        )
        try sample.write(Self.plan, to: "every.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        func run() throws {
            let done = try sample.banyan.start(
                ["run", "every.yaml", "--until", "caught-up"], environment: variables
            ).end(within: .seconds(180))
            #expect(done.status == 0, "\(done.errors)")
        }
        func values(_ database: PostgresDatabase) throws -> [[String?]] {
            // The row as a whole, spelled by the server.
            let found = try database.app.query("SELECT id, t::text FROM every_type t ORDER BY id")
            return (0..<found.count).map { [found.text($0, 0), found.text($0, 1)] }
        }
        try legacy.app.execute(Self.insert(1, 0) + Self.insert(2, 1) + Self.insert(3, nil))
        try run()
        #expect(try values(service).count == 3 && values(service) == values(legacy))
        // The same as changes: rows that come, and rows that become one another.
        try legacy.app.execute(
            Self.insert(4, 0) + Self.insert(5, 1) + Self.insert(6, nil)
                + "UPDATE every_type SET id = id + 100 WHERE id < 3")
        let sets = Self.types.enumerated().map { number, type in
            "\(Self.quoted(Self.column(number))) = '\(type.values[1].replacing("'", with: "''"))'"
        }
        try legacy.app.execute("UPDATE every_type SET \(sets.joined(separator: ", ")) WHERE id IN (3, 4)")
        try run()
        #expect(try values(service).count == 6 && values(service) == values(legacy))
        let aside = try service.app.query(
            "SELECT count(*), string_agg(reason || message, chr(10)) FROM banyan.banyan_quarantine")
        #expect(aside.text(0, 0) == "0", "\(aside.text(0, 1) ?? "")")
        let engine = try sample.banyan.start(["run", "every.yaml"], environment: variables)
        let issued = try sample.banyan("certificate", "issue", "every.yaml", environment: variables)
        #expect(issued.output.contains("things  equal"), "\(issued.output)\(issued.errors)")
        engine.signal(SIGTERM)
        #expect(try engine.end().status == 0)
        #expect(try sample.banyan("uninstall", "every.yaml", environment: variables).status == 0)
    }
}
