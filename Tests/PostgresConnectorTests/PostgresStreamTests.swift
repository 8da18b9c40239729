import Capture
import Glibc
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// What the stream holds that the exam does not ask for.
@Suite struct PostgresStreamTests {
    @Test func rowsOfOneCopyShareAPlaceInTheLogAndAllCome() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)", ["t"])
        let source = try captured.open(after: nil)
        // A copy writes as many rows into one record as a page takes.
        let rows = (1...1_000).map { "\($0)\tx\n" }.joined()
        #expect(try captured.app.copy("COPY t FROM STDIN") { try $0(Array(rows.utf8)) } == 1_000)
        let wanted = (1...1_000).map { "insert t (\($0), x)" }
        let part = try #require(try source.next(byteLimit: 700))
        #expect(part.continues && part.changes.count < 1_000)
        // The stop came among rows of one place: nothing of the transaction counts as read.
        let again = try captured.open(after: source.resumePoint)
        #expect(try again.words(byteLimit: 700) == wanted)
        let behind = try captured.open(after: again.resumePoint)
        #expect(try behind.words() == [])
    }

    /// What CASCADE empties is said table by table, of the captured ones.
    @Test func tablesThatAreEmptiedWithAnotherAreEmptiedToo() throws {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, p int REFERENCES parent);
            CREATE TABLE unseen (id int PRIMARY KEY, p int REFERENCES parent)
            """, ["parent", "child"])
        let source = try captured.open(after: nil)
        try captured.app.execute(
            """
            INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1); INSERT INTO unseen VALUES (1, 1);
            TRUNCATE parent CASCADE
            """)
        let words = try source.words()
        #expect(words.prefix(2) == ["insert parent (1)", "insert child (1, 1)"])
        #expect(words.dropFirst(2).sorted() == ["truncate child", "truncate parent"])
    }

    @Test func aLargeValueThatAnUpdateLeftAloneIsAbsentUnlessTheRowBeforeBringsIt() throws {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE by_key (id int PRIMARY KEY, v int, large text);
            ALTER TABLE by_key ALTER large SET STORAGE EXTERNAL;
            CREATE TABLE whole (LIKE by_key INCLUDING ALL); ALTER TABLE whole REPLICA IDENTITY FULL
            """, ["by_key", "whole"])
        let source = try captured.open(after: nil)
        for table in ["by_key", "whole"] {
            try captured.app.execute("INSERT INTO \(table) VALUES (1, 1, repeat('y', 100000))")
            try captured.app.execute(
                "UPDATE \(table) SET v = 2; UPDATE \(table) SET id = 7; DELETE FROM \(table)")
        }
        let large = String(repeating: "y", count: 100_000)
        let words = try source.words().map { $0.replacing(large, with: "LARGE") }
        #expect(
            words == [
                "insert by_key (1, 1, LARGE)", "update by_key (1, -, -) (1, 2, -)",
                "update by_key (1, -, -) (7, 2, -)", "delete by_key (7, -, -)", "insert whole (1, 1, LARGE)",
                "update whole (1, 1, LARGE) (1, 2, LARGE)", "update whole (1, 2, LARGE) (7, 2, LARGE)",
                "delete whole (7, 2, LARGE)",
            ])
    }

    /// An identity by an index that holds the key and more: rows are known by their key all the same.
    @Test func rowsThatAreKnownByAnIndexComeByTheirKey() throws {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL, v int, large text);
            ALTER TABLE t ALTER large SET STORAGE EXTERNAL; CREATE UNIQUE INDEX known_by ON t (code, id);
            ALTER TABLE t REPLICA IDENTITY USING INDEX known_by
            """, ["t"])
        var source = try captured.open(after: nil)
        try captured.app.execute(
            """
            INSERT INTO t VALUES (1, 10, 1, repeat('y', 9000)); UPDATE t SET v = 2; UPDATE t SET code = 11;
            UPDATE t SET id = 2; UPDATE t SET id = 3, code = 12, large = 'small'
            """)
        let first = try source.words()
        #expect(
            first.dropFirst() == [
                "update t (1, -, -, -) (1, 10, 2, -)", "update t (1, 10, -, -) (1, 11, 2, -)",
                "update t (1, 11, -, -) (2, 11, 2, -)", "update t (2, 11, -, -) (3, 12, 2, small)",
            ])
        source = try captured.open(after: source.resumePoint)
        try captured.app.execute("DELETE FROM t")
        #expect(try source.words() == ["delete t (3, 12, -, -)"])
    }

    @Test func aPartitionedTableComesUnderItsOwnNameAndIsEmptiedAsOne() throws {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE m (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE m_2 PARTITION OF m FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')
            """, ["m"])
        let source = try captured.open(after: nil)
        #expect(source.tables.map(\.name) == ["m"])
        try captured.app.execute("INSERT INTO m VALUES (1, '2020-05-05'), (2, '2021-05-05')")
        try captured.app.execute("UPDATE m SET at = '2021-06-06' WHERE id = 1; TRUNCATE m")
        #expect(
            try source.words() == [
                "insert m (1, 2020-05-05)", "insert m (2, 2021-05-05)", "delete m (1, 2020-05-05)",
                "insert m (1, 2021-06-06)", "truncate m",
            ])
        let chunk = try captured.reader().chunk(of: "m", after: nil, limit: .init(rows: 9, bytes: 900))
        #expect(chunk.isLast && chunk.batch.changes.isEmpty)
    }

    @Test func namesOfAnyKindAndExoticTypesComeAsTheyAre() throws {
        let captured = try CapturedDatabase(
            """
            CREATE SCHEMA "ŝ.x"; CREATE TABLE "ŝ.x"."naïve 表 "" \\ ;" ("sp ace" int PRIMARY KEY, r int4range,
            a text[], computed int GENERATED ALWAYS AS ("sp ace" * 2) STORED)
            """, ["\"ŝ.x\".\"naïve 表 \"\" \\ ;\""])
        let source = try captured.open(after: nil)
        try captured.app.execute(
            "INSERT INTO \"ŝ.x\".\"naïve 表 \"\" \\ ;\" VALUES (1, '[1,5)', '{a,NULL}')")
        let name = "\"ŝ.x\".\"naïve 表 \"\" \\ ;\""
        #expect(try source.words() == ["insert \(name) (1, [1,5), {a,NULL})"])
        #expect(source.tables.first?.columns.map(\.name) == ["sp ace", "r", "a"])
        let chunk = try captured.reader().chunk(of: name, after: nil, limit: .init(rows: 9, bytes: 900))
        #expect(chunk.batch.changes.count == 1)
    }

    @Test func whatBanyanWroteIsKnownByItsOrigin() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY)", ["t"])
        let source = try captured.open(after: nil)
        let own = try captured.database.connect()
        let origin = "banyan_\(captured.name)"
        _ = try own.query("SELECT pg_replication_origin_create($1)", [origin])
        _ = try own.query("SELECT pg_replication_origin_session_setup($1)", [origin])
        try captured.app.execute("INSERT INTO t VALUES (1)")
        try own.execute("INSERT INTO t VALUES (2)")
        let found = try source.transactions()
        #expect(found.map(\.origin) == [.application, .banyan])
        #expect(found.allSatisfy { abs(($0.committedAt ?? 0) / 1_000_000 - Int64(time(nil))) < 600 })
    }

    @Test func messagesOfApplicationsDisturbNothing() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY)", ["t"])
        var source = try captured.open(after: nil)
        for number in 1...6 {
            try captured.app.execute(
                """
                BEGIN; SELECT pg_logical_emit_message(true, 'app', 'x'); INSERT INTO t VALUES (\(number));
                SELECT pg_logical_emit_message(\(number % 2 == 0), 'app', 'x'); COMMIT;
                SELECT pg_logical_emit_message(true, 'app', 'alone')
                """)
            #expect(try source.words() == ["insert t (\(number))"])
            try source.confirm(source.resumePoint.position)
            let point = source.resumePoint
            source = try captured.open(after: point)
        }
    }

    @Test func interleavedTransactionsComeWholeAfterAStopBetweenTheirCommits() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY)", ["t"])
        var source = try captured.open(after: nil)
        let long = try captured.database.connect()
        try long.execute("BEGIN; INSERT INTO t VALUES (1)")
        try captured.app.execute("INSERT INTO t VALUES (2)")
        try long.execute("INSERT INTO t VALUES (3)")
        #expect(try source.words() == ["insert t (2)"])
        let point = source.resumePoint
        try source.confirm(point.position)
        try long.execute("COMMIT")
        source = try captured.open(after: point)
        #expect(try source.words() == ["insert t (1)", "insert t (3)"])
    }
}
