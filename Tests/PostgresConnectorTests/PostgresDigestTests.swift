import Apply
import Model
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

@testable import PostgresConnector

/// What a server says of rows instead of sending them.
@Suite struct PostgresDigestTests {
    private static let columns = [
        "id", "n2", "n4", "n8", "f4", "f8", "d", "b", "t", "v", "day", "clock", "at", "z", "u", "body",
    ]
    private let database: PostgresDatabase

    init() throws {
        database = try PostgresServer.makeDatabase(
            """
            CREATE TABLE item (id bigint PRIMARY KEY, n2 smallint, n4 int, n8 bigint, f4 real,
                f8 double precision, d numeric, b bool, t text, v varchar(20), day date, clock time,
                at timestamp, z timestamptz, u uuid, body bytea);
            INSERT INTO item SELECT n * 3, n, n, n, n, n, n, n % 2 = 0, n, n, date '2024-01-01' + n,
                time '00:00' + n * interval '1 s', timestamp '2024-01-01' + n * interval '1 h',
                timestamptz '2024-01-01' + n * interval '1 h', md5(n::text)::uuid, decode(md5(n::text), 'hex')
            FROM generate_series(-100, 100) n
            """)
    }

    private func digest(_ names: [String], in range: KeyRange = .all, shift: Int = 6) throws
        -> [Int64: RangeDigest]
    {
        let found = try #require(try PostgresDigest(table: "item", names: names, database.app))
        try database.app.execute("BEGIN")
        defer { database.app.rollbackIfOpen() }
        return try found.digests(in: range, shift: shift, database.app)
    }

    /// In whatever column, by however little, and also where two rows have each other's values.
    @Test(arguments: [
        "n2 = n2 # 1", "n4 = n4 # 1", "n8 = n8 # 1", "n8 = n8 # 4294967297", "f4 = f4 + 0.5",
        "f8 = f8 + 0.0001", "d = d + 0.0000000001", "b = NOT b", "t = t || ' '", "v = upper(v) || 'x'",
        "day = day + 1", "clock = clock + interval '1 microsecond'",
        "at = at + interval '1 microsecond'", "at = at + interval '4294967297 microseconds'",
        "z = z + interval '1 hour'", "u = md5('other')::uuid",
        "body = set_bit(body, 5, 1 - get_bit(body, 5))",
        "t = NULL", "n4 = NULL", "at = 'infinity'", "d = 'NaN'", "t = v || '1', v = t",
    ])
    func whatDiffersHasAnotherDigest(_ change: String) throws {
        let before = try digest(Self.columns)
        #expect(before.values.map(\.rows).reduce(0, +) == 201)
        try database.app.execute("UPDATE item SET \(change) WHERE id = 150")
        let after = try digest(Self.columns)
        #expect(Set(before.keys) == Set(after.keys))
        #expect(before.filter { after[$0.key] != $0.value }.map(\.key) == [150 >> 6], "\(change)")
    }

    @Test(arguments: columns.dropFirst()) func valuesThatChangePlacesShow(_ column: String) throws {
        try database.app.execute("UPDATE item SET b = id = 150 WHERE id IN (150, 153)")
        let before = try digest(Self.columns)
        try database.app.execute(
            """
            UPDATE item a SET \(column) = b.\(column) FROM item b
            WHERE a.id + b.id = 303 AND a.id IN (150, 153)
            """)
        #expect(try digest(Self.columns) != before)
        #expect(try digest(Self.columns)[0] == before[0])
    }

    @Test func whatSaysTheSameHasTheSameDigest() throws {
        let before = try digest(Self.columns)
        try database.app.execute("UPDATE item SET d = d + 0.000, f8 = -f8 WHERE id = 0")
        #expect(try digest(Self.columns) == before)
        // A part of it says the same as the whole does of that part.
        let part = try digest(Self.columns, in: KeyRange(after: 63, through: 127))
        #expect(part == before.filter { $0.key == 1 })
    }

    /// What hashes by a number that one database gives it, or has one value in several spellings, is read.
    @Test(arguments: [
        "char(5)", "jsonb", "interval", "mood", "text COLLATE loose", "int[]", "citext_like", "inet",
    ])
    func otherTypesAreNotDigested(_ type: String) throws {
        try database.app.execute(
            """
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE DOMAIN citext_like AS text;
            CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE other (id int PRIMARY KEY, x \(type))
            """)
        #expect(try PostgresDigest(table: "other", names: ["id", "x"], database.app) == nil)
        #expect(try PostgresDigest(table: "other", names: ["id"], database.app) != nil)
    }

    @Test func keysThatAreNoWholeNumbersAreNotDigested() throws {
        #expect(try PostgresDigest(table: "item", names: ["u", "id"], database.app) == nil)
        #expect(try PostgresDigest(table: "item", names: ["d"], database.app) == nil)
    }

    @Test func boundsAreKeysOfRows() throws {
        let found = try #require(try PostgresDigest(table: "item", names: ["id", "t"], database.app))
        let first = try found.bounds(after: nil, rows: 10, database.app)
        #expect(first.first == -300 && first.through == -273)
        let last = try found.bounds(after: 294, rows: 10, database.app)
        #expect(last.first == 297 && last.through == nil)
        #expect(try found.bounds(after: 300, rows: 10, database.app).first == nil)
    }
}
