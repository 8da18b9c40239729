import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// Values on their way from the server into row images and back.
@Suite struct PostgresValueTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let type: String
        let text: String
        var testDescription: String { "\(type) \(text)" }
    }

    /// Values at the edges of each type that has a canonical kind, in the server's own spelling.
    static let cases: [Case] = [
        ("bool", ["t", "f"]), ("int2", ["-32768", "32767"]), ("int4", ["-2147483648", "0"]),
        ("int8", ["-9223372036854775808", "9223372036854775807"]), ("oid", ["4294967295"]),
        ("float4", ["1e-45", "3.4028235e+38", "NaN", "-Infinity", "0.1", "-0"]),
        ("float8", ["5e-324", "1.7976931348623157e+308", "NaN", "Infinity", "-0", "0.1"]),
        (
            "numeric",
            [
                "0", "0.00", "1", "-1", "10000", "9999.9999", "0.0001", "0.00001", "-12345678.9", "1e-9",
                "1e20", "100000000.00000001", "99999999999999999999999999999999999999",
                "-0.00000000000000000000000000000000000001", "123456789012345678901234567890123456789012.5",
                "1e-60", "NaN", "Infinity", "-Infinity",
            ]
        ),
        ("text", ["", "naïve 🌳", "'quoted' \\ \"text\"", "e\u{301}"]), ("varchar(9)", ["  padded "]),
        ("char(5)", ["ab   "]), ("name", ["pg_class"]), ("\"char\"", ["x"]),
        ("bytea", ["\\x", "\\x00ff5c27"]),
        (
            "date",
            [
                "2000-01-01", "1970-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "0044-03-15 BC",
                "infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "2024-02-29",
            ]
        ),
        ("time", ["00:00:00", "23:59:59.999999", "24:00:00", "12:00:00.5"]),
        (
            "timestamp",
            [
                "2000-01-01 00:00:00", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00", "infinity",
                "-infinity", "0044-03-15 12:00:00.25 BC", "294276-12-31 23:59:59.999999",
            ]
        ),
        (
            "timestamptz",
            [
                "2000-01-01 00:00:00+00", "1969-12-31 23:59:59.999999+00", "infinity",
                "0044-03-15 12:00:00+00 BC", "10000-01-01 00:00:00+00",
            ]
        ),
        (
            "interval",
            [
                "00:00:00", "1 year 2 mons 3 days 04:05:06.789", "-1 years -2 mons +3 days -04:05:06.000001",
                "-00:00:00.5", "100000:00:00", "-178000000 years",
            ]
        ),
        ("uuid", ["00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]),
        ("json", ["{\"a\" :  [1, null]}"]), ("jsonb", ["{\"a\": [1, null]}"]), ("xml", ["<a>&lt;</a>"]),
        ("int4[]", ["{1,NULL,3}", "[0:1]={7,8}", "{{NULL,1},{2,3}}"]), ("int4range", ["[1,10)", "empty"]),
        ("inet", ["192.168.0.1/24", "::1"]), ("macaddr", ["08:00:2b:01:02:03"]), ("varbit", ["", "10101"]),
        ("money", ["$1,234.56"]), ("tsvector", ["'a':1A 'it''s':2"]), ("point", ["(1.5,-2)"]),
        ("timetz", ["12:00:00+05:30"]), ("cidr", ["10.0.0.0/8"]), ("bit(5)", ["10101"]),
        ("macaddr8", ["08:00:2b:01:02:03:04:05"]), ("int4multirange", ["{[1,3),[5,8)}"]),
        ("numeric[]", ["{1.50,NULL,NaN}"]), ("uuid[]", ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"]),
    ].flatMap { type, texts in texts.map { Case(type: type, text: $0) } }

    private func image(_ body: (inout [UInt8]) -> Bool) -> [UInt8]? {
        var row: [UInt8] = []
        return body(&row) ? row : nil
    }

    private func form(of type: String, _ connection: PostgresConnection) throws -> PostgresForm {
        let found = try connection.query(
            "SELECT oid, typname FROM pg_type WHERE oid = $1::regtype", [type])
        return PostgresForm(
            oid: UInt32(truncatingIfNeeded: found.integer(0, 0) ?? 0), isEnum: false,
            name: found.text(0, 1) ?? "")
    }

    /// How an amount of money is spelled, and read, follows no setting of either server's.
    @Test func moneyIsSpelledAsTheLocaleCHasIt() throws {
        let database = try PostgresServer.makeDatabase()
        try database.app.execute(
            """
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I SET lc_monetary = %L', current_database(), 'C.UTF-8');
                EXECUTE format('ALTER DATABASE %I SET array_nulls = off', current_database());
            END $$
            """)
        let connection = try database.connect()
        #expect(try connection.query("SHOW lc_monetary").text(0, 0) == "C")
        let sum = try connection.query("SELECT $1::money + '1'::money", ["-$1,234.56"])
        #expect(sum.text(0, 0) == "-$1,233.56")
        #expect(try connection.query("SELECT ('{NULL}'::text[])[1] IS NULL").isTrue(0, 0))
    }

    /// The text and the binary form give one image, and what is made of it is the same value to the server.
    @Test func everyValueComesBackAsItWas() throws {
        let connection = try PostgresServer.makeDatabase().app
        for value in Self.cases {
            let form = try form(of: value.type, connection)
            let asText = try connection.query("SELECT $1::\(value.type)", [value.text])
            let spelled = try #require(asText.text(0, 0), "\(value)")
            let fromText = image { unsafe PostgresDecoder.append(text: asText.bytes(0, 0), form, &$0) }
            let row = try #require(fromText, "\(value) is not read from its text")
            if form.hasBinary {
                var parameters = PostgresParameters()
                parameters.append(value.text)
                let asBinary = try connection.run("SELECT $1::text::\(value.type)", parameters)
                let fromBinary = image {
                    unsafe PostgresDecoder.append(binary: asBinary.bytes(0, 0), form, &$0)
                }
                #expect(fromBinary == row, "\(value): binary and text differ")
            }
            #expect(try written(row, form, value.type, connection) == spelled, "\(value)")
        }
    }

    /// The value as the server understands what is made of a row image.
    private func written(
        _ row: [UInt8], _ form: PostgresForm, _ type: String, _ connection: PostgresConnection
    ) throws -> String? {
        var parameters = PostgresParameters()
        let isFit = try unsafe row.withUnsafeBytes { arena in
            let cell = try #require(unsafe CellView.read(arena, at: 0)?.0)
            if let parameter = form.parameter, PostgresEncoder.fits(cell.kind, form) {
                parameters.begin(parameter)
                return PostgresEncoder.append(cell, as: form, to: &parameters.bytes)
            }
            parameters.begin(PostgresOID.text)
            PostgresEncoder.append(text: cell, to: &parameters.bytes)
            return true
        }
        #expect(isFit)
        let result = try connection.run("SELECT format('%s', ($1)::\(type))", parameters)
        return result.text(0, 0)
    }
}
