import Apply
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// What is special about PostgreSQL as a store.
@Suite struct PostgresTargetTests {
    /// A store over tables of one's own, and the access to all columns of one of them.
    private func store(_ sql: String, table: String) throws -> (PostgresTarget, TableAccess, PostgresDatabase)
    {
        let database = try PostgresServer.makeDatabase(sql)
        let schema = try #require(
            PostgresCatalog.read(database.app).first { $0.schema.name == table }?.schema)
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        let access = TableAccess(
            table: schema, columns: Array(schema.columns.indices), key: schema.key)
        return (target, access, database)
    }

    private func buffer(_ rows: [[(inout [UInt8]) -> Void]]) -> RowBuffer {
        var buffer = RowBuffer(columns: rows.first?.count ?? 0)
        for row in rows {
            buffer.beginRow()
            for value in row { value(&buffer.bytes) }
        }
        return buffer
    }

    private func text(_ text: String) -> (inout [UInt8]) -> Void { { RowWriter.text(text, &$0) } }

    private func bytes(_ number: Int64) -> (inout [UInt8]) -> Void {
        { RowWriter.bytes(Array(String(number).utf8), kind: .bytes, &$0) }
    }

    private func number(_ number: Int64) -> (inout [UInt8]) -> Void { { RowWriter.integer(number, &$0) } }

    private func decimal(_ text: String) throws -> (inout [UInt8]) -> Void {
        let value = try Decimal128(text)
        return { RowWriter.decimal(coefficient: value.coefficient, scale: UInt8(value.scale), &$0) }
    }

    private func write(_ rows: RowBuffer, _ target: PostgresTarget, _ access: TableAccess) throws
        -> [RowRefusal]
    {
        try target.begin()
        let refusals = try target.upsert(rows, access)
        try target.commit()
        return refusals
    }

    /// Every type takes the server's own spelling and gives it back, and a second time it changes nothing.
    @Test func typesWithoutAKindOfTheirOwnComeBackAsTheyWere() throws {
        let values = [
            ("mood", "happy"), ("int4[]", "[0:1]={7,8}"), ("text[]", "{a,NULL,\"NULL\",\"b c\"}"),
            ("int4range", "[1,10)"), ("inet", "192.168.0.1/24"), ("macaddr", "08:00:2b:01:02:03"),
            ("varbit(9)", "10101"), ("tsvector", "'a':1A 'b'"), ("point", "(1.5,-2)"), ("citext", "Ab"),
            ("hstore", "\"a\"=>NULL, \"b\"=>\"c\""), ("pair", "(1,\"x y\")"), ("xml", "<a/>"),
            ("timetz", "12:00:00+05:30"), ("short", "abc"), ("jsonb", "{\"a\": 1}"),
            ("\"Ünï \"\"quoted\"\" x\"", "{1,NULL}"),
        ]
        let columns = values.enumerated().map { ", c\($0) \($1.0)" }.joined()
        let (target, access, database) = try store(
            """
            CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TYPE pair AS (a int, b text); CREATE DOMAIN short AS varchar(3);
            CREATE DOMAIN "Ünï ""quoted"" x" AS int[] CHECK (VALUE IS NOT NULL);
            CREATE TABLE t (id int PRIMARY KEY\(columns))
            """, table: "t")
        let row = [number(1)] + values.map { text($0.1) }
        for _ in 0..<2 { #expect(try write(buffer([row]), target, access).isEmpty) }
        let found = try database.app.query("SELECT * FROM t")
        #expect((1..<found.columns).map { found.text(0, $0) } == values.map(\.1))
        let read = try target.fetch(buffer([[number(1)]]), by: [0], access)
        #expect(read.rows.cells(of: 0).dropFirst().map(\.text) == values.map(\.1))
    }

    /// One value without a place in its kind makes a whole column travel as text, the others with it.
    @Test func valuesOfTwoKindsInOneColumnAreWrittenTogether() throws {
        let (target, access, database) = try store(
            "CREATE TABLE t (id int PRIMARY KEY, i interval, d date, n numeric, b bytea, z timestamptz, f float8)",
            table: "t")
        let native: [(inout [UInt8]) -> Void] = [
            number(1), { RowWriter.interval(months: 14, days: -3, microseconds: -1_500_000, &$0) },
            { RowWriter.integer(19_000, kind: .date, &$0) }, try decimal("-12.50"),
            { RowWriter.bytes([0, 255], kind: .bytes, &$0) },
            { RowWriter.integer(-1, kind: .timestampZoned, &$0) }, { RowWriter.double(-0.1, &$0) },
        ]
        let spelled = [number(2)] + ["1 day", "-infinity", "NaN", "\\x00", "infinity", "Infinity"].map(text)
        #expect(try write(buffer([native, spelled]), target, access).isEmpty)
        let found = try database.app.query("SELECT i, d, n, b, z, f FROM t ORDER BY id")
        #expect(
            (0..<6).map { found.text(0, $0) } == [
                "1 year 2 mons -3 days -00:00:01.5", "2022-01-08", "-12.50", "\\x00ff",
                "1969-12-31 23:59:59.999999+00", "-0.1",
            ])
        #expect(
            (0..<6).map { found.text(1, $0) } == [
                "1 day", "-infinity", "NaN", "\\x00", "infinity", "Infinity",
            ])
    }

    /// A rule that a trigger keeps is a rule of the store's: the row is set aside, in words without its
    /// values.
    @Test func aRowThatATriggerRaisesAnErrorForIsRefusedAlone() throws {
        let (target, access, database) = try store(
            """
            CREATE TABLE t (id int PRIMARY KEY, word text);
            CREATE FUNCTION check_word() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.word = 'secret' THEN RAISE EXCEPTION 'no % here', NEW.word; END IF; RETURN NEW;
            END $$;
            CREATE TRIGGER words BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION check_word()
            """, table: "t")
        let rows = buffer([
            [number(1), text("a")], [number(2), text("secret")], [number(3), text("c")],
        ])
        let refusals = try write(rows, target, access)
        #expect(refusals.map(\.row) == [1] && refusals.map(\.reason) == ["constraint"])
        #expect(!refusals[0].message.contains("secret"))
        #expect(try database.app.query("SELECT id FROM t ORDER BY id").texts(0) == ["1", "3"])
    }

    /// What an assignment would round or cut is refused, and everything beside it is written.
    @Test func nothingIsRoundedOrCut() throws {
        let (target, access, database) = try store(
            """
            CREATE DOMAIN code AS varchar(3);
            CREATE TABLE t (id int PRIMARY KEY, amount numeric(6,2), at timestamp(0), small int2, code code,
                single real)
            """, table: "t")
        let second = Int64(1_700_000_000_000_000)
        func row(
            _ id: Int64, amount: String = "1.50", at: Int64 = second, small: Int64 = 1, code: String = "abc",
            single: Double = 0.5
        ) throws -> [(inout [UInt8]) -> Void] {
            [
                number(id), try decimal(amount), { RowWriter.integer(at, kind: .timestamp, &$0) },
                number(small), text(code), { RowWriter.double(single, &$0) },
            ]
        }
        let refusals = try write(
            buffer([
                row(1), row(2, amount: "1.505"), row(3, amount: "1.500"), row(4, at: second + 1),
                row(5, small: 40_000), row(6, code: "abcd"), row(7, single: 0.1), row(8, amount: "12345.00"),
            ]), target, access)
        #expect(refusals.map(\.row) == [1, 3, 4, 5, 6, 7])
        #expect(
            refusals.map(\.reason) == [
                "inexact", "inexact", "constraint", "constraint", "inexact", "constraint",
            ])
        #expect(refusals.allSatisfy { !$0.message.contains("abcd") && !$0.message.contains("40000") })
        #expect(try database.app.query("SELECT id FROM t ORDER BY id").texts(0) == ["1", "3"])
    }

    /// A join that comes later, over a column that the copy keeps as bytes.
    @Test func aCopyThatCannotBeSearchedByItsNewJoinIsRefused() throws {
        let (target, _, _) = try store("CREATE TABLE t (id int PRIMARY KEY)", table: "t")
        let copy = OwnedTables.mirror(
            of: TableSchema(
                name: "orders",
                columns: [
                    ColumnSchema(name: "id", kind: .int64), ColumnSchema(name: "customer", kind: .decimal),
                ], key: [0]), context: "sales")
        for _ in 0..<2 { try target.ensure(copy, indexes: []) }
        let error = #expect(throws: TargetError.self) { try target.ensure(copy, indexes: [[1]]) }
        #expect(error?.code == .schemaChanged && error?.message.contains("joined by customer") ?? false)
        var wider = copy
        wider.columns.append(ColumnSchema(name: "later", kind: .decimal))
        try target.ensure(wider, indexes: [[2]])
        try target.ensure(wider, indexes: [[2]])
    }

    /// What only the server can judge: types that travel as text and have a length or a precision.
    @Test func nothingThatTravelsAsTextIsRoundedOrCut() throws {
        let columns = [
            ("interval(0)", "00:00:01", "00:00:01.5"), ("timetz(0)", "12:00:00+00", "12:00:00.5+00"),
            ("numeric(4,1)[]", "{1.5}", "{1.55}"), ("varchar(3)[]", "{abc}", "{\"abc  \"}"),
            ("name", "short", String(repeating: "n", count: 64)), ("varchar(3)", "ab ", "ab   "),
            ("numeric(4,1)", "1.5", "1.55"),
            (
                "timestamp(0)[]", "{\"2024-01-01 00:00:00\"}",
                "{\"2024-01-01 00:00:00.5\"}"
            ),
        ]
        for (type, good, bad) in columns {
            let (target, access, database) = try store(
                "CREATE TABLE t (id int PRIMARY KEY, v \(type))", table: "t")
            let rows = buffer([
                [number(1), text(good)], [number(2), text(bad)], [number(3), text(good)],
            ])
            let refusals = try write(rows, target, access)
            #expect(refusals.map(\.row) == [1], "\(type)")
            #expect(refusals.first?.reason == "inexact", "\(type)")
            #expect(try database.app.query("SELECT v::text FROM t ORDER BY id").texts(0) == [good, good])
        }
    }

    @Test func whatIsOnlySpelledOtherwiseIsNotRefused() throws {
        for (type, value, held) in [
            ("numeric(4,1)[]", "{1}", "{1.0}"), ("numeric(60,2)", "5", "5.00"),
            ("char(5)[]", "{ab}", "{\"ab   \"}"), ("interval(0)", "90 minutes", "01:30:00"),
        ] {
            let (target, access, database) = try store(
                "CREATE TABLE t (id int PRIMARY KEY, v \(type))", table: "t")
            #expect(try write(buffer([[number(1), text(value)]]), target, access).isEmpty, "\(type)")
            #expect(try database.app.query("SELECT v::text FROM t").texts(0) == [held])
        }
    }

    /// A swap of unique values under rows that refer to both, whose constraint is checked at once.
    @Test func rowsThatOthersReferToAreExchanged() throws {
        let (target, access, database) = try store(
            """
            CREATE TABLE t (id int PRIMARY KEY, slot text UNIQUE, own text DEFAULT 'kept');
            CREATE TABLE child (id int PRIMARY KEY, t int NOT NULL REFERENCES t);
            INSERT INTO t VALUES (1, 'a', 'mine'), (2, 'b', 'yours'); INSERT INTO child VALUES (1, 1), (2, 2);
            """, table: "t")
        let some = TableAccess(table: access.table, columns: [0, 1], key: [0])
        let swap = buffer([[number(1), text("b")], [number(2), text("a")], [number(3), text("c")]])
        #expect(try write(swap, target, some).isEmpty)
        let found = try database.app.query("SELECT slot, own FROM t ORDER BY id")
        #expect(found.texts(0) == ["b", "a", "c"] && found.texts(1) == ["mine", "yours", "kept"])
    }

    @Test func rowsWhoseRemovalWouldRemoveOthersAreSetAsideInstead() throws {
        let (target, access, database) = try store(
            """
            CREATE TABLE t (id int PRIMARY KEY, slot text UNIQUE);
            CREATE TABLE child (id int PRIMARY KEY, t int NOT NULL REFERENCES t ON DELETE CASCADE);
            INSERT INTO t VALUES (1, 'a'), (2, 'b'); INSERT INTO child VALUES (1, 1), (2, 2);
            """, table: "t")
        let swap = buffer([[number(1), text("b")], [number(2), text("a")]])
        #expect(try write(swap, target, access).map(\.row) == [0, 1])
        #expect(try database.app.query("SELECT id FROM child").count == 2)
    }

    @Test func aRowIsFoundWithoutReadingOthersInATableThatNobodyHasLookedAt() throws {
        let (target, access, _) = try store(
            "CREATE TABLE t (k bigint PRIMARY KEY, v bigint); ALTER TABLE t SET (autovacuum_enabled = off)",
            table: "t")
        try target.begin()
        #expect(try target.upsert(buffer((0..<5_000).map { [number($0), number($0)] }), access).isEmpty)
        try target.commit()
        try target.begin()
        defer { target.rollback() }
        let keys = buffer((0..<100).map { [number($0)] })
        #expect(try target.fetch(keys, by: [0], access).rows.count == 100)
        let read = try target.connection.query(
            "SELECT seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 't'")
        #expect(read.integer(0, 0) == 0)
        #expect(read.integer(0, 1) == 100)
    }

    @Test func theServerLooksAtTablesOfItsOwnThatHaveGrown() throws {
        let (target, _, database) = try store("CREATE TABLE t (k bigint PRIMARY KEY)", table: "t")
        let table = OwnedTables.crossReference
        try target.ensure(table, indexes: [OwnedTables.byNaturalKey, OwnedTables.byServiceKey])
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        let known = {
            try database.app.query(
                "SELECT reltuples::bigint FROM pg_class WHERE relname = 'banyan_cross_reference'"
            ).integer(0, 0)
        }
        func add(_ numbers: Range<Int64>) throws {
            let rows = numbers.map { [text("c"), text("a")] + Array(repeating: bytes($0), count: 3) }
            try target.begin()
            #expect(try target.upsert(buffer(rows), access).isEmpty)
            try target.commit()
        }
        try add(0..<499)
        try add(499..<600)
        #expect(try known() == -1)
        try add(600..<601)
        #expect(try known() == 600)
        try add(601..<1200)
        try add(1200..<1201)
        #expect(try known() == 1200)
    }

    @Test func namesOfAnyKindAreQuoted() throws {
        let (target, access, database) = try store(
            """
            CREATE SCHEMA "we.ird ""schema";
            CREATE TABLE "we.ird ""schema"."Ta.ble 🌳" ("Id "";-- " int PRIMARY KEY, "naïve" text)
            """, table: "\"we.ird \"\"schema\".\"Ta.ble 🌳\"")
        #expect(try write(buffer([[number(1), text("x")]]), target, access).isEmpty)
        let name = PostgresName.quote(schema: "we.ird \"schema", "Ta.ble 🌳")
        #expect(try database.app.query("SELECT \"naïve\" FROM \(name)").texts(0) == ["x"])
        try target.begin()
        try target.delete(buffer([[number(1)]]), access)
        try target.commit()
        #expect(try database.app.query("SELECT 1 FROM \(name)").count == 0)
    }

    @Test func aTableThatIsNotThereOrLostAColumnIsNamed() throws {
        let (target, access, database) = try store("CREATE TABLE t (id int PRIMARY KEY, v text)", table: "t")
        try database.app.execute("ALTER TABLE t DROP COLUMN v")
        let error = #expect(throws: TargetError.self) {
            _ = try write(buffer([[number(1), text("x")]]), target, access)
        }
        #expect(error?.code == .schemaChanged && error?.message.contains("column v") == true)
    }
}
