import Apply
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// Rows that are copied into a table: the same comes of it as of a statement.
@Suite struct PostgresCopyTests {
    private typealias Value = (inout [UInt8]) -> Void

    /// The same table twice: rows are copied into the one, and written into the other.
    private struct Twins {
        let database: PostgresDatabase
        let copied: (target: PostgresTarget, access: TableAccess)
        let written: (target: PostgresTarget, access: TableAccess)

        init(_ columns: String, before: String = "", then sql: String = "") throws {
            database = try PostgresServer.makeDatabase(
                before + ";"
                    + ["copied", "written"].map {
                        "CREATE TABLE \($0) (\(columns));" + sql.replacing("TABLE", with: $0)
                    }
                    .joined(separator: ";"))
            let tables = try PostgresCatalog.read(database.app)
            let address = try PostgresAddress(database.address)
            func side(_ name: String, from rows: Int) throws -> (PostgresTarget, TableAccess) {
                let schema = try #require(tables.first { $0.schema.name == name }?.schema)
                let target = try PostgresTarget(address, name: "service")
                target.triedRows = rows
                let columns = Array(schema.columns.indices)
                return (target, TableAccess(table: schema, columns: columns, key: schema.key))
            }
            let sides = (copied: try side("copied", from: 1), written: try side("written", from: .max))
            copied = sides.copied
            written = sides.written
        }

        /// Writes rows on both sides; what was refused must be the same.
        func write(_ rows: [[Value]]) throws -> [RowRefusal] {
            var buffer = RowBuffer(columns: rows.first?.count ?? 0)
            for row in rows {
                buffer.beginRow()
                for value in row { value(&buffer.bytes) }
            }
            let refusals = try [copied, written].map { target, access in
                try target.begin()
                defer { target.rollback() }
                let refusals = try target.upsert(buffer, access)
                try target.commit()
                return refusals
            }
            #expect(refusals[0].map(\.row) == refusals[1].map(\.row))
            #expect(refusals[0].map(\.reason) == refusals[1].map(\.reason))
            let held = try ["copied", "written"].map { table in
                let found = try database.app.query("SELECT t::text FROM \(table) t ORDER BY 1")
                return found.texts(0)
            }
            #expect(held[0] == held[1])
            return refusals[0]
        }

    }

    private static func text(_ text: String) -> Value { { RowWriter.text(text, &$0) } }
    private static func number(_ number: Int64) -> Value { { RowWriter.integer(number, &$0) } }
    private static var null: Value { { RowWriter.null(&$0) } }

    private static func decimal(_ text: String) throws -> Value {
        let value = try Decimal128(text)
        return { RowWriter.decimal(coefficient: value.coefficient, scale: UInt8(value.scale), &$0) }
    }

    /// A trigger that takes rows away without an error.
    private static func takingAway(_ condition: String, before event: String) -> String {
        """
        CREATE FUNCTION TABLE_take() RETURNS trigger LANGUAGE plpgsql
            AS $$BEGIN IF \(condition) THEN RETURN NULL; END IF; RETURN NEW; END$$;
        CREATE TRIGGER take BEFORE \(event) ON TABLE FOR EACH ROW EXECUTE FUNCTION TABLE_take()
        """
    }

    @Test func everyTypeThatIsCopiedHoldsWhatAStatementWrites() throws {
        let twins = try Twins(
            """
            id int PRIMARY KEY, a bool, b smallint, c bigint, d oid, e real, f double precision,
            g numeric(20,4), h text, i varchar(8), j char(4), k name, l bytea, m date, n time, o timestamp,
            p timestamptz, q interval, r uuid, s json, t jsonb
            """)
        let rows: [[Value]] = [
            [
                Self.number(1), { RowWriter.bool(true, &$0) }, Self.number(-32_768), Self.number(.min),
                Self.number(4_294_967_295), { RowWriter.double(-0.5, &$0) }, { RowWriter.double(.nan, &$0) },
                try Self.decimal("-1234567890123456.7891"), Self.text("ünï"), Self.text("12345678"),
                Self.text("ab"), Self.text("name"), { RowWriter.bytes([0, 255], kind: .bytes, &$0) },
                { RowWriter.integer(-719_162, kind: .date, &$0) },
                { RowWriter.integer(86_399_999_999, kind: .time, &$0) },
                { RowWriter.integer(-1, kind: .timestamp, &$0) },
                { RowWriter.integer(1, kind: .timestampZoned, &$0) },
                { RowWriter.interval(months: -1, days: 2, microseconds: -3, &$0) },
                { RowWriter.uuid(0x0001_0203_0405_0607_0809_0A0B_0C0D_0E0F, &$0) }, Self.text("[1, 2]"),
                Self.text("{\"a\": 1}"),
            ],
            [Self.number(2)] + Array(repeating: Self.null, count: 20),
        ]
        let refusals = try twins.write(rows)
        #expect(refusals.map(\.message) == [])
        #expect(twins.copied.target.copyHabits.values.map(\.isHopeful) == [true])
        // What is there is updated, which no copy does.
        #expect(try twins.write(rows).isEmpty)
        #expect(twins.copied.target.copyHabits.values.map(\.isHopeful) == [false])
    }

    @Test func whatATableRefusesIsFoundRowByRow() throws {
        let twins = try Twins(
            "id int PRIMARY KEY, short varchar(2), price numeric(6,2), positive int CHECK (positive > 0)")
        func row(_ id: Int64, _ short: String, _ price: String, _ positive: Int64) throws -> [Value] {
            [Self.number(id), Self.text(short), try Self.decimal(price), Self.number(positive)]
        }
        let refusals = try twins.write([
            row(1, "ab", "1.25", 1), row(2, "abc", "1", 1), row(3, "a", "1.005", 1), row(4, "a", "1", -1),
            row(5, "a", "9999.99", 1), row(6, "a", "10000", 1), row(1 << 40, "a", "1", 1),
        ])
        #expect(refusals.map(\.row) == [1, 2, 3, 5, 6])
    }

    @Test func whatATriggerTakesAwayIsNamed() throws {
        let twins = try Twins(
            "id int PRIMARY KEY, word text",
            then: Self.takingAway("NEW.word = 'no'", before: "INSERT"))
        let refusals = try twins.write([
            [Self.number(1), Self.text("yes")], [Self.number(2), Self.text("no")],
            [Self.number(3), Self.text("yes")],
        ])
        #expect(refusals.map(\.row) == [1] && refusals.first?.reason == "dropped_by_trigger")
    }

    @Test func whatIsThereIsUpdatedUntilSomethingIsNot() throws {
        let twins = try Twins("id int PRIMARY KEY, positive int CHECK (positive > 0), note text UNIQUE")
        func rows(_ ids: ClosedRange<Int64>, _ positive: Int64) -> [[Value]] {
            ids.map { [Self.number($0), Self.number(positive), Self.text("n\($0)")] }
        }
        var habit: [Bool] { twins.copied.target.updateHabits.values.map(\.isHopeful) }
        #expect(try twins.write(rows(1...3, 1)).isEmpty && habit == [])
        #expect(try twins.write(rows(1...3, 2)).isEmpty && habit == [true])
        #expect(try twins.write(rows(2...3, 3)).isEmpty && habit == [true])
        #expect(try twins.write(rows(3...4, 4)).isEmpty && habit == [false])
        // One write goes without, and then it is tried again.
        #expect(try twins.write(rows(1...4, 5)).isEmpty && habit == [true])
        let refusals = try twins.write(rows(1...1, 6) + rows(2...2, -1) + rows(3...4, 6))
        #expect(refusals.map(\.row) == [1])
        // Two rows that swap a unique value.
        #expect(
            try twins.write([
                [Self.number(1), Self.number(7), Self.text("n2")],
                [Self.number(2), Self.number(7), Self.text("n1")],
            ]).isEmpty)
    }

    @Test func whatATriggerKeepsFromBeingUpdatedIsNamed() throws {
        let twins = try Twins(
            "id int PRIMARY KEY, word text",
            then: Self.takingAway("NEW.word = 'no'", before: "UPDATE"))
        func rows(_ words: [String]) -> [[Value]] {
            words.enumerated().map { [Self.number(Int64($0)), Self.text($1)] }
        }
        #expect(try twins.write(rows(["a", "b", "c"])).isEmpty)
        #expect(try twins.write(rows(["d", "e", "f"])).isEmpty)
        let refusals = try twins.write(rows(["g", "no", "h"]))
        #expect(refusals.map(\.row) == [1] && refusals.first?.reason == "dropped_by_trigger")
    }

    @Test func aValueThatTheServerHasToConvertIsNotCopied() throws {
        let twins = try Twins("id int PRIMARY KEY, n numeric, d date")
        let rows = [
            [Self.number(1), Self.text("NaN"), Self.text("infinity")],
            [Self.number(2), Self.number(5), Self.null],
        ]
        #expect(try twins.write(rows).isEmpty)
        #expect(twins.copied.target.copyHabits.values.map(\.isHopeful) == [false])
    }

    /// A document that declares another encoding than the one in which it comes.
    @Test func theEncodingThatADocumentDeclaresIsNotObeyed() throws {
        let twins = try Twins("id int PRIMARY KEY, x xml")
        let document = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>é</a>"
        #expect(try twins.write([[Self.number(1), Self.text(document)]]).isEmpty)
        #expect(twins.copied.target.copyHabits.isEmpty)
    }

    @Test func aKeyThatTheServerNumbersKeepsWhatIsGiven() throws {
        let twins = try Twins("id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int UNIQUE")
        func rows(_ values: [Int64]) -> [[Value]] {
            values.enumerated().map { [Self.number(Int64($0 + 7)), Self.number($1)] }
        }
        #expect(try twins.write(rows([1, 2])).isEmpty)
        #expect(twins.copied.target.copyHabits.values.map(\.isHopeful) == [true])
        #expect(try twins.write(rows([3, 2, 4])).isEmpty)
        // Two that swap are taken out and put back.
        #expect(try twins.write(rows([2, 3, 4])).isEmpty)
    }

    @Test func aRowThatIsNothingButANumberOfTheServersIsThereOrNot() throws {
        let twins = try Twins(
            "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
            then: Self.takingAway("NEW.id = 13", before: "INSERT"))
        #expect(try twins.write([[Self.number(7)], [Self.number(9)]]).isEmpty)
        #expect(try twins.write([[Self.number(9)], [Self.number(11)]]).isEmpty)
        let refusals = try twins.write([[Self.number(12)], [Self.number(13)]])
        #expect(refusals.map(\.row) == [1] && refusals.first?.reason == "dropped_by_trigger")
    }

    /// Rows that are updated in several statements, of which a later one is not taken: all of them are
    /// written as others are, and the one that is refused stands alone.
    @Test(arguments: ["none", "missing", "refused"])
    func whatIsUpdatedInSlicesIsUpdatedWholeOrNotAtAll(_ fault: String) throws {
        let twins = try Twins("id int PRIMARY KEY, v int CHECK (v < 100)")
        twins.copied.target.updatedRows = 2
        func rows(_ ids: ClosedRange<Int64>, _ value: (Int64) -> Int64) -> [[Value]] {
            ids.map { [Self.number($0), Self.number(value($0))] }
        }
        #expect(try twins.write(rows(1...7) { $0 }).isEmpty)
        let updates = twins.copied.target.updateHabits.values.map(\.isHopeful)
        #expect(updates.allSatisfy { $0 })
        let refusals =
            switch fault {
            case "missing": try twins.write(rows(1...8) { $0 + 10 })
            case "refused": try twins.write(rows(1...7) { $0 == 6 ? 100 : $0 + 10 })
            default: try twins.write(rows(1...7) { $0 + 10 })
            }
        #expect(refusals.map(\.row) == (fault == "refused" ? [5] : []))
        let isHopeful = twins.copied.target.updateHabits.values.map(\.isHopeful)
        #expect(isHopeful == [fault == "none"])
    }

    /// A row with fewer values than columns is refused alone.
    @Test func aDamagedRowIsRefusedAlone() throws {
        let database = try PostgresServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)")
        let schema = try #require(PostgresCatalog.read(database.app).first?.schema)
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        var rows = RowBuffer(columns: 2)
        for number: Int64 in [1, 2] {
            rows.beginRow()
            RowWriter.integer(number, &rows.bytes)
            if number == 1 { RowWriter.text("whole", &rows.bytes) }
        }
        try target.begin()
        let refusals = try target.upsert(rows, TableAccess(table: schema, columns: [0, 1], key: [0]))
        try target.commit()
        #expect(refusals.map(\.row) == [1] && refusals.first?.reason == "damaged_row")
        #expect(try database.app.query("SELECT id FROM t").texts(0) == ["1"])
    }

    @Test func aColumnThatTheServerNumbersAndIsNoKeyIsNamed() throws {
        let twins = try Twins("id int PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY")
        let error = #expect(throws: TargetError.self) {
            try twins.write([[Self.number(1), Self.number(2)]])
        }
        #expect(
            error?.recovery == .halt && error?.hint.contains("SET GENERATED BY DEFAULT") ?? false,
            "\(error.debugDescription)")
    }

    @Test func enumsAndDomainsAreCopied() throws {
        let twins = try Twins(
            "id int PRIMARY KEY, feeling mood, amount positive",
            before:
                "CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN positive AS int CHECK (VALUE > 0)")
        #expect(try twins.write([[Self.number(1), Self.text("happy"), Self.number(5)]]).isEmpty)
        #expect(twins.copied.target.copyHabits.values.map(\.isHopeful) == [true])
        let refusals = try twins.write([
            [Self.number(2), Self.text("glad"), Self.number(5)],
            [Self.number(3), Self.text("sad"), Self.number(-5)],
            [Self.number(4), Self.text("sad"), Self.number(5)],
        ])
        #expect(refusals.map(\.row) == [0, 1])
    }

    /// What a statement would refuse as a whole, a copy does not take either: a table whose key is gone, or
    /// whose insertions a rule rewrites.
    @Test(arguments: [
        "DROP CONSTRAINT copied_pkey",
        "ADD CHECK (true); CREATE RULE other AS ON INSERT TO copied DO INSTEAD NOTHING",
    ])
    func aTableThatAStatementRefusesTakesNoCopies(_ change: String) throws {
        let twins = try Twins("id int PRIMARY KEY, word text")
        let row = [Self.number(1), Self.text("first")]
        #expect(try twins.write([row]).isEmpty)
        try twins.database.app.execute("TRUNCATE copied; ALTER TABLE copied \(change)")
        let (target, access) = twins.copied
        var buffer = RowBuffer(columns: 2)
        buffer.beginRow()
        for value in row { value(&buffer.bytes) }
        try target.begin()
        defer { target.rollback() }
        #expect(throws: TargetError.self) {
            let refusals = try target.upsert(buffer, access)
            if !refusals.isEmpty { throw TargetError(.failed, "refused", hint: "none") }
        }
    }

    @Test func aTableThatRefusesCopiesIsAskedLessAndLess() {
        var habit = WriteHabit()
        var tries: [Bool] = []
        for _ in 0..<12 {
            tries.append(habit.tries())
            if tries.last == true { habit.note(isTaken: false) }
        }
        #expect(tries.map { $0 ? 1 : 0 } == [1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0])
        while !habit.tries() {}
        habit.note(isTaken: true)
        let isTried = habit.tries()
        #expect(isTried)
    }
}
