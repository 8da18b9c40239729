import Foundation
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

/// A whole migration between PostgreSQL databases to which things happen.
@Suite struct PostgresTroubleTests {
    private static let columns = "id int PRIMARY KEY, title text NOT NULL"
    private let sample: SampleMigration
    private let service: PostgresDatabase

    init() throws {
        sample = try SampleMigration()
        service = try PostgresServer.makeDatabase("CREATE TABLE paper (\(Self.columns))")
        let number = service.address.filter(\.isNumber)
        try sample.write(
            PostgresPlan.text("trouble-\(number)", from: "doc", into: "paper", fields: ["title: t.title"]),
            to: "papers.yaml")
    }

    private func digest(_ connection: PostgresConnection, _ table: String) throws -> String? {
        try connection.query("SELECT count(*) || md5(string_agg(id || title, ',' ORDER BY id)) FROM \(table)")
            .text(0, 0)
    }

    /// Sessions of the engine are ended again and again while history is read and while it follows.
    @Test func whoseSessionsAreEndedAgainAndAgainLosesNothing() throws {
        let legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE doc (\(Self.columns));
            INSERT INTO doc SELECT n, 'title ' || n FROM generate_series(1, 150000) n
            """)
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        let engine = try sample.banyan.start(["run", "papers.yaml"], environment: variables)
        /// Ends the sessions of a name; how many there were.
        func end(_ name: String) throws -> Int {
            let database = name == "banyan apply" ? service : legacy
            let found = try database.app.query(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE application_name = $1 AND datname = current_database()
                """, [name])
            return Int(found.integer(0, 0) ?? 0)
        }
        var (ended, round) = ([String: Int](), 0)
        func isEnough(_ name: String, _ count: Int) -> Bool { ended[name, default: 0] >= count }
        while !isEnough("banyan history", 1) || !isEnough("banyan capture", 3) || !isEnough("banyan apply", 3)
        {
            round += 1
            try #require(engine.isRunning && round < 2_000, "\(ended)")
            // Whoever reads history, as long as somebody does; then each in turn. An engine that has not
            // begun yet would give up.
            let history = isEnough("banyan history", 3) ? 0 : try end("banyan history")
            if history > 0 {
                ended["banyan history", default: 0] += history
            } else if isEnough("banyan history", 1) {
                let name = "banyan \(["capture", "apply"][round % 2])"
                ended[name, default: 0] += try end(name)
            }
            try legacy.app.execute(
                """
                UPDATE doc SET title = 'round \(round)' WHERE id % 997 = \(round % 997);
                DELETE FROM doc WHERE id = \(round * 7); INSERT INTO doc VALUES (\(1_000_000 + round), 'new')
                """)
            // The engine connects again with a growing pause; meanwhile legacy works on. Reading history
            // takes moments: it must not be missed.
            _ = try legacy.app.query("SELECT pg_sleep(\(isEnough("banyan history", 1) ? 0.3 : 0.02))")
        }
        engine.signal(SIGTERM)
        let done = try engine.end()
        #expect(done.status == 0, "\(done.errors)")
        let again = try sample.banyan.start(
            ["run", "papers.yaml", "--until", "caught-up"], environment: variables
        ).end(within: .seconds(180))
        #expect(again.status == 0, "\(again.errors)")
        #expect(try digest(service.app, "paper") == digest(legacy.app, "doc"))
        let quarantine = try service.app.query("SELECT count(*) FROM banyan.banyan_quarantine")
        #expect(quarantine.integer(0, 0) == 0)
        #expect(try sample.banyan("uninstall", "papers.yaml", environment: variables).status == 0)
    }

    /// A table without a primary key, whose rows are known by the index that its identity names.
    @Test func aTableThatNamesAnIndexForItsIdentityMovesAsAnyOther() throws {
        let legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE doc (title text NOT NULL, id int NOT NULL, note text);
            INSERT INTO doc SELECT 'title ' || n, n, 'x' FROM generate_series(1, 500) n
            """)
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        let refused = try sample.banyan("plan", "check", "papers.yaml", environment: variables)
        #expect(refused.status == 1 && refused.errors.contains("REPLICA IDENTITY USING INDEX"))
        try legacy.app.execute(
            "CREATE UNIQUE INDEX known_by ON doc (id); ALTER TABLE doc REPLICA IDENTITY USING INDEX known_by")
        for sql in [
            "INSERT INTO doc VALUES ('late', 501, 'y')",
            """
            UPDATE doc SET title = 'changed' WHERE id % 7 = 0; DELETE FROM doc WHERE id % 11 = 0;
            UPDATE doc SET id = id + 1000 WHERE id % 13 = 0
            """,
        ] {
            try legacy.app.execute(sql)
            let run = try sample.banyan.start(
                ["run", "papers.yaml", "--until", "caught-up"], environment: variables
            ).end(within: .seconds(180))
            #expect(run.status == 0, "\(run.errors)")
            #expect(try digest(service.app, "paper") == digest(legacy.app, "doc"))
        }
        #expect(try sample.banyan("uninstall", "papers.yaml", environment: variables).status == 0)
    }

    /// The server gives the slot up while the engine is stopped: the engine says so when it goes on, and
    /// reading history anew finds what was deleted meanwhile.
    @Test func aSlotThatTheServerGaveUpMeanwhileIsNamedAndHistoryReadAnewRepairsIt() throws {
        let folder = try TemporaryFolder("trouble")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let cluster = try PostgresCluster(
            in: folder.file("cluster"), isDurable: false,
            settings: [
                "max_slot_wal_keep_size": "16MB", "min_wal_size": "32MB", "max_wal_size": "32MB",
                "wal_sender_timeout": "2s",
            ])
        let app = try cluster.connect()
        try app.execute(
            "CREATE TABLE doc (\(Self.columns)); INSERT INTO doc SELECT n, 'a' FROM generate_series(1, 500) n"
        )
        let variables = ["LEGACY_URL": cluster.address(), "SERVICE_URL": service.address]
        let engine = try sample.banyan.start(["run", "papers.yaml"], environment: variables)
        try waitUntil("history", within: .seconds(60)) {
            try service.app.query("SELECT count(*) FROM paper").integer(0, 0) == 500
        }
        engine.signal(SIGSTOP)
        try app.execute("DELETE FROM doc WHERE id <= 50; UPDATE doc SET title = 'b' WHERE id <= 100")
        try waitUntil("the slot is lost", within: .seconds(120)) {
            try app.execute("CREATE TABLE IF NOT EXISTS filler (t text)")
            try app.execute(
                "INSERT INTO filler SELECT repeat(md5(n::text), 200) FROM generate_series(1, 4000) n; TRUNCATE filler"
            )
            try app.execute("SELECT pg_switch_wal()")
            try app.execute("CHECKPOINT")
            return try app.query("SELECT wal_status = 'lost' FROM pg_replication_slots").isTrue(0, 0)
        }
        engine.signal(SIGCONT)
        let stopped = try engine.end(within: .seconds(120))
        #expect(stopped.status == 1 && stopped.errors.contains("gave up the log"), "\(stopped.errors)")
        #expect(stopped.errors.contains("banyan backfill restart"), "\(stopped.errors)")
        #expect(try service.app.query("SELECT count(*) FROM paper").integer(0, 0) == 500)
        let ordered = try sample.banyan("backfill", "restart", "papers.yaml", environment: variables)
        #expect(ordered.status == 0, "\(ordered.errors)")
        let again = try sample.banyan.start(
            ["run", "papers.yaml", "--until", "caught-up"], environment: variables
        ).end(within: .seconds(120))
        #expect(again.status == 0, "\(again.errors)")
        #expect(try service.app.query("SELECT count(*) FROM paper").integer(0, 0) == 450)
        #expect(try digest(service.app, "paper") == digest(app, "doc"))
    }

    /// Others write to the server, and to nothing that is captured: the slot goes on all the same, so that
    /// nothing is kept for it.
    @Test func aSlotWithoutChangesOfItsOwnKeepsNothingOfWhatOthersWrite() throws {
        let folder = try TemporaryFolder("idle")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let cluster = try PostgresCluster(
            in: folder.file("cluster"), isDurable: false,
            settings: ["max_slot_wal_keep_size": "32MB", "min_wal_size": "32MB", "max_wal_size": "32MB"])
        let app = try cluster.connect()
        try app.execute("CREATE TABLE doc (\(Self.columns)); CREATE TABLE other (t text)")
        let elsewhere = try PostgresConnection(
            try PostgresAddress(try cluster.makeDatabase("elsewhere")), application: "elsewhere")
        try elsewhere.execute("CREATE TABLE other (t text)")
        let variables = ["LEGACY_URL": cluster.address(), "SERVICE_URL": service.address]
        let engine = try sample.banyan.start(["run", "papers.yaml"], environment: variables)
        try waitUntil("the slot is read", within: .seconds(60)) {
            try app.query("SELECT active FROM pg_replication_slots").isTrue(0, 0)
        }
        // Three times as much as the slot may keep, in this database and in another.
        for round in 1...12 {
            let writer = round % 2 == 0 ? app : elsewhere
            try writer.execute(
                "INSERT INTO other SELECT repeat(md5(n::text), 60) FROM generate_series(1, 4000) n; TRUNCATE other"
            )
            // Up to where a slot must be read again, a server learns from what it writes at checkpoints.
            try app.execute("CHECKPOINT")
            let end = try app.query("SELECT pg_current_wal_lsn()").text(0, 0) ?? ""
            try waitUntil("the slot has gone on", within: .seconds(60)) {
                let found = try app.query(
                    "SELECT confirmed_flush_lsn >= $1::pg_lsn, wal_status FROM pg_replication_slots", [end])
                try #require(found.text(0, 1) != "lost")
                return found.isTrue(0, 0)
            }
        }
        try app.execute("CHECKPOINT")
        try waitUntil("nothing is kept", within: .seconds(60)) {
            try app.query(
                """
                SELECT wal_status = 'reserved' AND pg_current_wal_lsn() - restart_lsn < 20000000
                FROM pg_replication_slots
                """
            ).isTrue(0, 0)
        }
        engine.signal(SIGTERM)
        #expect(try engine.end().status == 0)
    }
}
