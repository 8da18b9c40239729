import Capture
import Foundation
import Model
import PostgreSQL
import PostgresCluster
import Synchronization
import TestKit
import Testing

@testable import PostgresConnector

/// What a chunk of history shows while others write.
@Suite struct PostgresRangeReaderTests {
    /// What befalls one table while its history is read is named as its own affair, and others are read on.
    @Test(arguments: [
        ("DROP TABLE t", "does not exist"), ("ALTER TABLE t DROP v", "column \"v\" does not exist"),
        ("ALTER TABLE t RENAME TO s", "does not exist"),
        // As many bytes as before, and another meaning.
        ("ALTER TABLE t ALTER v TYPE real", "column v of t has another type than before"),
        ("ALTER TABLE t ALTER v TYPE text", "column v of t has another type than before"),
    ])
    func whatBefallsATableIsItsOwnAffair(sql: String, words: String) throws {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE u (id int PRIMARY KEY, v int);
            INSERT INTO t SELECT n, n FROM generate_series(1, 9) n;
            INSERT INTO u SELECT n, n FROM generate_series(1, 9) n
            """, ["t", "u"])
        let reader: any BoundedRangeReader = try captured.reader()
        let limit = ChunkLimit(rows: 3, bytes: 900)
        let first = try reader.chunk(of: "t", after: nil, limit: limit)
        #expect(first.batch.changes.count == 3)
        try captured.app.execute(sql)
        let error = #expect(throws: UnreadableTable.self) {
            try reader.chunk(of: "t", after: first.lastKey, limit: limit)
        }
        #expect(error?.unknown.table == "t")
        #expect(error?.unknown.reason.contains(words) == true, "\(error?.unknown.reason ?? "")")
        #expect(try reader.chunk(of: "u", after: nil, limit: limit).batch.changes.count == 3)
        #expect(try reader.boundary(of: "u", after: nil, rows: 3) != nil)
    }

    /// An integer that has become larger is read by whoever looks at the table again.
    @Test func anotherSizeIsReadByTheNextReader() throws {
        let captured = try CapturedDatabase(
            "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 7)", ["t"])
        let reader = try captured.reader()
        let limit = ChunkLimit(rows: 3, bytes: 900)
        let before = try reader.chunk(of: "t", after: nil, limit: limit).batch.bytes
        try captured.app.execute("ALTER TABLE t ALTER v TYPE bigint")
        let error = #expect(throws: CaptureError.self) { try reader.chunk(of: "t", after: nil, limit: limit) }
        #expect(error?.recovery == .retry)
        #expect(try captured.reader().chunk(of: "t", after: nil, limit: limit).batch.bytes == before)
    }

    /// Changes of a column that leave its values as they are read.
    @Test(arguments: [
        "ALTER TABLE t ALTER v TYPE varchar(40)", "ALTER TABLE t ADD w int",
        "ALTER TABLE t ALTER v SET NOT NULL",
    ])
    func whatChangesNoValueStopsNobody(sql: String) throws {
        let captured = try CapturedDatabase(
            "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a')", ["t"])
        let reader = try captured.reader()
        let limit = ChunkLimit(rows: 3, bytes: 900)
        #expect(try reader.chunk(of: "t", after: nil, limit: limit).batch.changes.count == 1)
        try captured.app.execute(sql)
        #expect(try reader.chunk(of: "t", after: nil, limit: limit).batch.changes.count == 1)
    }

    @Test func whoeverIsAboutToCommitIsNamedAndWhoeverWaitsIsNot() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY)", ["t"])
        let (waiting, prepared) = (try captured.database.connect(), try captured.database.connect())
        let elsewhere = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        try elsewhere.app.execute("BEGIN; INSERT INTO t VALUES (1)")
        try waiting.execute("BEGIN; INSERT INTO t VALUES (1)")
        // What is prepared may be committed by anybody at any moment.
        try prepared.execute(
            "BEGIN; SAVEPOINT s; INSERT INTO t VALUES (2); PREPARE TRANSACTION '\(captured.name)'")
        let id = try captured.app.query(
            "SELECT transaction FROM pg_prepared_xacts WHERE database = current_database()")
        let reader = try captured.reader()
        let chunk = try reader.chunk(of: "t", after: nil, limit: .init(rows: 9, bytes: 900))
        #expect(chunk.unseen == [UInt64(id.integer(0, 0) ?? 0)])
        let source = try captured.open(after: nil)
        try prepared.execute("COMMIT PREPARED '\(captured.name)'")
        #expect(try source.transactions().map(\.id) == Array(chunk.unseen))
        let later = try reader.chunk(of: "t", after: nil, limit: .init(rows: 9, bytes: 900))
        #expect(later.unseen.isEmpty && later.batch.changes.count == 1)
        try waiting.execute("ROLLBACK")
        try elsewhere.app.execute("ROLLBACK")
    }

    /// However long another table is written to, nobody doubts this one; a partition is the table.
    @Test func onlyWhoeverWritesToTheTableIsNamed() throws {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE t (id int PRIMARY KEY) PARTITION BY LIST (id);
            CREATE TABLE t_one PARTITION OF t FOR VALUES IN (1, 2);
            CREATE TABLE u (id int PRIMARY KEY);
            INSERT INTO t VALUES (1)
            """, ["t"])
        let (other, reading, own) = (
            try captured.database.connect(), try captured.database.connect(), try captured.database.connect()
        )
        try other.execute("BEGIN; INSERT INTO u VALUES (1); PREPARE TRANSACTION '\(captured.name)_u'")
        try reading.execute(
            """
            BEGIN; INSERT INTO u VALUES (2); SELECT FROM t FOR KEY SHARE;
            PREPARE TRANSACTION '\(captured.name)_r'
            """)
        let reader = try captured.reader()
        let limit = ChunkLimit(rows: 9, bytes: 900)
        #expect(try reader.chunk(of: "t", after: nil, limit: limit).unseen.isEmpty)
        try own.execute("BEGIN; INSERT INTO t_one VALUES (2); PREPARE TRANSACTION '\(captured.name)_t'")
        #expect(try reader.chunk(of: "t", after: nil, limit: limit).unseen.count == 1)
        for letter in ["u", "r", "t"] {
            try captured.app.execute("ROLLBACK PREPARED '\(captured.name)_\(letter)'")
        }
        #expect(try reader.chunk(of: "t", after: nil, limit: limit).unseen.isEmpty)
    }

    /// A query that somebody wrote is answered on a view whose place is known; it cannot write, and what the
    /// server says of it holds no value.
    @Test func whatSomebodyWroteIsAnswered() throws {
        let captured = try CapturedDatabase(
            "CREATE TABLE t (id int PRIMARY KEY, v numeric); INSERT INTO t VALUES (1, 1.50), (2, NULL)", ["t"]
        )
        let reader = try captured.reader()
        let view = try reader.view(of: "SELECT id, v FROM t ORDER BY id;")
        #expect(view.table.rows == [["1", "1.50"], ["2", nil]])
        #expect(view.unseen.isEmpty && view.frontier <= view.horizon)
        let own = try captured.database.connect()
        try own.execute("BEGIN; INSERT INTO t VALUES (3, 4); PREPARE TRANSACTION '\(captured.name)_v'")
        #expect(try reader.view(of: "SELECT count(*) FROM t").unseen.count == 1)
        try own.execute("COMMIT PREPARED '\(captured.name)_v'")
        #expect(try reader.view(of: "SELECT sum(v) FROM t").table.rows == [["5.50"]])
        let wrong = [
            ("SELECT x FROM t", "column \"x\" does not exist (SQLSTATE 42703)"),
            ("WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x", "SQLSTATE 0A000"),
            ("SELECT nextval('s')", "relation \"s\" does not exist (SQLSTATE 42P01)"),
            (
                "SELECT * FROM t FOR UPDATE",
                "cannot execute SELECT FOR UPDATE in a read-only transaction (SQLSTATE 25006)"
            ),
            (
                "SELECT v::text::int FROM t",
                "the server refuses it (SQLSTATE 22P02); run it by hand to see why"
            ),
            ("SELECT 1; DROP TABLE t", "SQLSTATE 42601"),
            ("SELECT * FROM generate_series(1, 10001)", "it gives more than 10000 rows"),
        ]
        for (query, reason) in wrong {
            let failure = #expect(throws: FailedQuery.self) { try reader.view(of: query) }
            #expect(failure?.reason.contains(reason) ?? false, "\(query): \(failure?.reason ?? "")")
        }
        #expect(try reader.view(of: "SELECT lo_create(1)").table.rows == [["1"]])
        let kept = "SELECT count(*) FROM pg_largeobject_metadata"
        #expect(try reader.view(of: kept).table.rows == [["0"]], "what a query did stays")
        #expect(try reader.view(of: "SELECT count(*) FROM t").table.rows == [["3"]])
    }

    /// A commit that waits for a standby stands in the log and is streamed, and no snapshot shows it; as the
    /// latest of all it is in no snapshot's list either.
    @Test func aCommitThatIsStreamedBeforeAnybodySeesItIsNamed() throws {
        let folder = try TemporaryFolder("unseen-postgres")
        let cluster = try CapturedServer.makeCluster(in: folder)
        let address = try PostgresAddress(cluster.address())
        let app = try cluster.connect()
        try app.execute("SET synchronous_commit = 'local'; CREATE TABLE t (id int PRIMARY KEY)")
        try PostgresCapture.install(.init(name: "banyan_unseen", tables: ["t"]), at: address)
        let source = try PostgresSource(address, capture: "banyan_unseen", name: "legacy")
        _ = try source.open(after: nil)
        let reader = try PostgresRangeReader(address, capture: "banyan_unseen")
        try app.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try app.execute("SELECT pg_reload_conf()")
        try waitUntil("commits wait for a standby") {
            try app.query("SHOW synchronous_standby_names").text(0, 0) == "nobody"
        }
        let hasEnded = Atomic(false)
        let backend = Atomic(0)
        let text = cluster.address()
        Thread.detachNewThread {
            do {
                let writer = try PostgresConnection(try PostgresAddress(text), application: "writer")
                backend.store(Int(writer.backend), ordering: .relaxed)
                // The wait is cancelled below, which leaves the commit in force.
                try writer.execute("INSERT INTO t VALUES (1)")
            } catch {
                Issue.record(error)
            }
            hasEnded.store(true, ordering: .relaxed)
        }
        var streamed: ChangeBatch?
        try waitUntil("the commit is streamed") {
            streamed = try source.next(byteLimit: 100)
            return streamed != nil
        }
        let transaction = try #require(streamed?.transactions.first)
        let chunk = try reader.chunk(of: "t", after: nil, limit: .init(rows: 9, bytes: 900))
        #expect(chunk.batch.changes.isEmpty && chunk.frontier >= transaction.position)
        #expect(chunk.unseen == Set([transaction.id].compactMap { $0 }))
        _ = try app.query("SELECT pg_cancel_backend($1::int4)", [String(backend.load(ordering: .relaxed))])
        try waitUntil("the commit is seen") { hasEnded.load(ordering: .relaxed) }
        let later = try reader.chunk(of: "t", after: nil, limit: .init(rows: 9, bytes: 900))
        #expect(later.batch.changes.count == 1 && later.unseen.isEmpty)
    }

    /// A limit that an administrator has set for every session would end the same chunk again and again.
    @Test func aLimitOnStatementsDoesNotEndAChunk() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v text)", ["t"])
        try captured.app.execute(
            """
            INSERT INTO t SELECT n, repeat('x', 500) FROM generate_series(1, 20000) n;
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I SET statement_timeout = 1', current_database());
            END $$
            """)
        let limited = try captured.database.connect()
        let error = #expect(throws: PostgresError.self) { try limited.query("SELECT pg_sleep(10)") }
        #expect(error?.sqlState == PostgresError.canceled)
        let reader = try captured.reader()
        let chunk = try reader.chunk(of: "t", after: nil, limit: .init(rows: 20_000, bytes: 64 << 20))
        #expect(chunk.batch.changes.count == 20_000)
        try captured.app.execute(
            """
            DO $$ BEGIN
                EXECUTE format('ALTER DATABASE %I RESET statement_timeout', current_database());
            END $$
            """)
    }

    @Test func theStreamOfAnIdleServerReachesTheHorizonOfAChunk() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v int)", ["t"])
        let source = try captured.open(after: nil)
        let reader = try captured.reader()
        try captured.app.execute("INSERT INTO t SELECT n, 0 FROM generate_series(1, 300) n")
        for round in 1...20 {
            // Leaves what reading tidies up.
            try captured.app.execute("UPDATE t SET v = \(round)")
            let chunk = try reader.chunk(of: "t", after: nil, limit: .init(rows: 500, bytes: 1 << 20))
            #expect(chunk.batch.changes.count == 300 && chunk.frontier <= chunk.horizon)
            _ = try source.words()
            try waitUntil("the stream is at the horizon", within: .seconds(10)) {
                _ = try source.next(byteLimit: 100)
                return source.resumePoint.position >= chunk.horizon
            }
        }
    }

    /// A table's keys in the order of chunks of a size.
    private func page(_ table: String, _ size: Int, _ reader: PostgresRangeReader) throws -> [Key] {
        var (keys, last): ([Key], Key?) = ([], nil)
        while true {
            let chunk = try reader.chunk(of: table, after: last, limit: .init(rows: size, bytes: 900))
            let schema = chunk.batch.tables[0]
            for change in chunk.batch.changes {
                let image = try #require(change.after)
                var offsets = RowOffsets()
                unsafe chunk.batch.bytes.withUnsafeBytes { arena in
                    #expect(unsafe offsets.scan(arena, at: Int(image), columns: schema.columns.count))
                    unsafe keys.append(Key(arena, offsets: offsets, columns: schema.key))
                }
            }
            guard !chunk.isLast else { return keys }
            #expect(chunk.lastKey == keys.last)
            last = chunk.lastKey
        }
    }

    @Test func keysOfEveryTypePageWithoutHoles() throws {
        let keys = [
            ("numeric(12,3)", "n * 1.5"), ("date", "date '2020-01-01' + n::int"), ("bool", "n = 1"),
            ("timestamptz", "timestamptz '2020-01-01Z' + n * interval '1 hour 1 us'"),
            ("uuid", "md5(n::text)::uuid"), ("varchar(40)", "'ä' || n"), ("char(9)", "n::text"),
            ("inet", "inet '10.0.0.0' + n"), ("bytea", "decode(md5(n::text), 'hex')"),
            ("mood", "(enum_range(null::mood))[n]"), ("int2", "n - 3"), ("name", "'x' || n"),
            ("float8", "n / 3.0"), ("interval", "n * interval '1 day'"), ("word", "n || ''"),
            // Neither order is that of the bytes, and one takes some of these for one another.
            ("text COLLATE \"und-x-icu\"", "(array['a', 'B', 'Ä', 'a b', 'a-b'])[n]"),
            ("text COLLATE loose", "(array['aa', 'B', 'Ä', 'c', 'Z'])[n]"),
            ("varchar(9) COLLATE \"und-x-icu\"", "(array['ab', 'aB', 'ÅB', 'b', 'C'])[n]"),
        ]
        let tables = keys.indices.map { "t\($0)" }
        let sql = zip(tables, keys).map { table, key in
            let count = key.0 == "bool" ? 2 : 5
            return "CREATE TABLE \(table) (k \(key.0), n int NOT NULL, PRIMARY KEY (k)); "
                + "INSERT INTO \(table) SELECT \(key.1), n FROM generate_series(1, \(count)) n"
        }
        let captured = try CapturedDatabase(
            "CREATE TYPE mood AS ENUM ('z', 'y', 'x', 'b', 'a'); CREATE DOMAIN word AS text COLLATE \"C\"; "
                + "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false); "
                + sql.joined(separator: "; "), tables)
        let reader = try captured.reader()
        for (table, key) in zip(tables, keys) {
            let all = try page(table, 9, reader)
            #expect(all.count == (key.0 == "bool" ? 2 : 5) && Set(all).count == all.count, "\(key.0)")
            for size in 1...3 { #expect(try page(table, size, reader) == all, "\(key.0), \(size)") }
        }
        #expect(try reader.estimatedRows(of: "t0") >= 0)
    }

    @Test func aSnapshotShowsWhatItSays() {
        let turn = UInt64(1) << 32
        let snapshot = PostgresSnapshot("\(turn - 3):\(turn + 5):\(turn - 3),\(turn + 2)")
        #expect(snapshot?.hidden(of: [.max - 2, 1, 2, 5, 9]) == [turn - 3, turn + 2, turn + 5, turn + 9])
        for text in ["", "1:2", "1:x:", "1:2:3,x"] { #expect(PostgresSnapshot(text) == nil) }
    }

    /// A key column that gets longer changes nothing for a reader that is open.
    @Test func aBoundSurvivesALongerKey() throws {
        let captured = try CapturedDatabase(
            """
            CREATE TABLE t (code varchar(10) PRIMARY KEY, v int);
            INSERT INTO t SELECT 'k' || n, n FROM generate_series(1, 9) n
            """, ["t"])
        let reader = try captured.reader()
        let first = try #require(try reader.boundary(of: "t", after: nil, rows: 3))
        let chunk = try reader.chunk(
            of: "t", after: nil, through: first, limit: .init(rows: 9, bytes: 900))
        #expect(chunk.batch.changes.count == 3 && chunk.isLast && chunk.lastKey == first)
        try captured.app.execute("ALTER TABLE t ALTER COLUMN code TYPE varchar(20)")
        #expect(try reader.boundary(of: "t", after: first, rows: 5) != nil)
        #expect(try reader.boundary(of: "t", after: first, rows: 6) == nil)
    }
}
