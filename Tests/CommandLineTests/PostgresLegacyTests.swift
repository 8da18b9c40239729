import Foundation
import PostgreSQL
import TestKit
import Testing

/// The command line where the legacy system is a PostgreSQL database.
@Suite struct PostgresLegacyTests {
    /// A slot is made when transactions that other tests have on the same server have ended; that is waited
    /// for, a minute at most, before anything else happens.
    private static let patience = Duration.seconds(180)

    private static let plan = """
        migration: papers
        systems:
          legacy:  { postgres: "${LEGACY_URL}" }
          service: { postgres: "${SERVICE_URL}" }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          papers:
            owner: archive
            approvers: [archive]
            from: legacy
            into: service
            reads:
              d: { table: doc, root: true }
            aggregates:
              paper:
                root: d
                identity: { natural: [d.id] }
                table: paper
                facts:
                  text:
                    id: d.id
                    title: d.title
                    body: d.body

        """

    /// An update that leaves a large text alone, of which the server then says nothing: the service keeps its
    /// own, and nothing is set aside.
    @Test func aLargeTextThatNobodyChangedStaysInTheService() throws {
        let sample = try SampleMigration()
        let legacy = try PostgresServer.makeDatabase(
            "CREATE TABLE doc (id int PRIMARY KEY, title text NOT NULL, body text)")
        // Random, so that it is not kept in the row for being compressed.
        let body = """
            (SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 2000))
            """
        try legacy.app.execute("INSERT INTO doc SELECT n, 'first', \(body) FROM generate_series(1, 3) n")
        let service = try PostgresServer.makeDatabase(
            "CREATE TABLE paper (id int PRIMARY KEY, title text NOT NULL, body text)")
        try sample.write(Self.plan, to: "papers.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        func run(_ words: String...) throws -> String {
            let done = try sample.banyan.start(words, environment: variables).end(within: Self.patience)
            #expect(done.status == 0, "\(words): \(done.errors)")
            return done.output
        }
        func digests(_ database: PostgresDatabase, _ table: String) throws -> [String?] {
            try database.app.query("SELECT id || title || md5(body) FROM \(table) ORDER BY id").texts(0)
        }
        _ = try run("run", "papers.yaml", "--until", "caught-up")
        #expect(try digests(service, "paper") == digests(legacy, "doc"))
        try legacy.app.execute("UPDATE doc SET title = 'second' WHERE id < 3")
        try legacy.app.execute("UPDATE doc SET body = \(body) WHERE id = 1")
        try legacy.app.execute("UPDATE doc SET title = 'third' WHERE id = 1")
        _ = try run("run", "papers.yaml", "--until", "caught-up")
        #expect(try digests(service, "paper") == digests(legacy, "doc"))
        let aside = try service.app.query("SELECT count(*) FROM banyan.banyan_quarantine")
        #expect(aside.text(0, 0) == "0")
        let status = try run("status", "papers.yaml", "--format", "json")
        #expect(status.contains("\"retained_bytes\":"), "\(status)")
        #expect(try run("uninstall", "papers.yaml").contains("slot banyan_papers_legacy"))
    }

    /// An engine that is started after its slot has gone makes no other one, which would keep the server's
    /// log for nobody.
    @Test func noOtherSlotIsMadeForOneThatIsGone() throws {
        let sample = try SampleMigration()
        let legacy = try PostgresServer.makeDatabase(
            "CREATE TABLE doc (id int PRIMARY KEY, title text NOT NULL, body text)")
        let service = try PostgresServer.makeDatabase(
            "CREATE TABLE paper (id int PRIMARY KEY, title text NOT NULL, body text)")
        let plan = Self.plan.replacing("migration: papers", with: "migration: bounded").replacing(
            "\"${LEGACY_URL}\" }",
            with: "\"${LEGACY_URL}\", retained_wal: { at_most: 1TB, then: drop_slot } }")
        try sample.write(plan, to: "papers.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        func run(_ words: String...) throws -> BanyanProgram.Outcome {
            try sample.banyan.start(words, environment: variables).end(within: Self.patience)
        }
        #expect(try run("run", "papers.yaml", "--until", "caught-up").status == 0)
        let status = try run("status", "papers.yaml")
        #expect(status.output.contains("1.0 TiB are allowed"), "\(status.output)")
        let report = try run("status", "papers.yaml", "--format", "json").output
        #expect(report.contains("\"retained_budget_bytes\":1099511627776"), "\(report)")
        #expect(report.contains("\"retained_budget_action\":\"drop_slot\""), "\(report)")
        let slot = "banyan_bounded_legacy"
        _ = try legacy.app.query("SELECT pg_drop_replication_slot($1)", [slot])
        for _ in 0..<2 {
            let again = try run("run", "papers.yaml")
            #expect(again.status == 1 && again.errors.contains("is missing"), "\(again.errors)")
            #expect(again.errors.contains("docs/OPERATING.md"), "\(again.errors)")
            let slots = try legacy.app.query(
                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = $1", [slot])
            #expect(slots.text(0, 0) == "0")
        }
        #expect(try run("uninstall", "papers.yaml").output.contains("publication \(slot)"))
    }

    /// A slot that is gone with changes that nobody saw: history is read anew on an order, while legacy goes
    /// on, and what was deleted meanwhile is found.
    @Test func whatALostSlotHadNotGivenIsFoundWhenHistoryIsReadAnew() throws {
        let sample = try SampleMigration()
        let legacy = try PostgresServer.makeDatabase(
            "CREATE TABLE doc (id int PRIMARY KEY, title text NOT NULL, body text)")
        try legacy.app.execute("INSERT INTO doc SELECT n, 'first', 'body' FROM generate_series(1, 3000) n")
        let service = try PostgresServer.makeDatabase(
            "CREATE TABLE paper (id int PRIMARY KEY, title text NOT NULL, body text)")
        try sample.write(
            Self.plan.replacing("migration: papers", with: "migration: anew"), to: "papers.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        func run(_ words: String...) throws -> BanyanProgram.Outcome {
            try sample.banyan.start(words, environment: variables).end(within: Self.patience)
        }
        let early = try run("backfill", "restart", "papers.yaml")
        #expect(early.status == 1 && early.errors.contains("nothing of legacy was captured yet"))
        #expect(try run("run", "papers.yaml", "--until", "caught-up").status == 0)
        _ = try legacy.app.query("SELECT pg_drop_replication_slot('banyan_anew_legacy')", [])
        try legacy.app.execute(
            """
            DELETE FROM doc WHERE id % 7 = 0; UPDATE doc SET title = 'second' WHERE id % 5 = 0;
            UPDATE doc SET id = id + 10000 WHERE id % 11 = 0; INSERT INTO doc VALUES (5000, 'new', NULL)
            """)
        #expect(try run("run", "papers.yaml", "--until", "caught-up").status == 1)
        let other = try run("backfill", "restart", "papers.yaml", "--system", "elsewhere")
        #expect(
            other.status == 1 && other.errors.contains("the legacy systems are legacy"), "\(other.errors)")
        let ordered = try run("backfill", "restart", "papers.yaml", "--format", "json")
        #expect(ordered.status == 0 && ordered.objects.first?["restart"] as? Bool == true)
        let again = try run("run", "papers.yaml", "--until", "caught-up")
        #expect(again.status == 0, "\(again.errors)")
        func rows(_ database: PostgresDatabase, _ table: String) throws -> [String?] {
            try database.app.query("SELECT id || title || coalesce(body, '-') FROM \(table) ORDER BY id")
                .texts(0)
        }
        #expect(try rows(service, "paper") == rows(legacy, "doc"))
        #expect(try service.app.query("SELECT count(*) FROM banyan.banyan_met").text(0, 0) == "0")
        try legacy.app.execute("DELETE FROM doc WHERE id = 5000")
        #expect(try run("run", "papers.yaml", "--until", "caught-up").status == 0)
        #expect(try rows(service, "paper") == rows(legacy, "doc"))
        #expect(try run("uninstall", "papers.yaml").output.contains("slot banyan_anew_legacy"))
    }

    /// A table that was emptied at once stops its context. History that is read anew behind it repairs that,
    /// also where somebody has changed the publication.
    @Test func aTableThatWasEmptiedAtOnceIsFollowedByItsHistory() throws {
        let sample = try SampleMigration()
        let legacy = try PostgresServer.makeDatabase(
            "CREATE TABLE doc (id int PRIMARY KEY, title text NOT NULL, body text)")
        try legacy.app.execute("INSERT INTO doc SELECT n, 'first', 'body' FROM generate_series(1, 100) n")
        let service = try PostgresServer.makeDatabase(
            "CREATE TABLE paper (id int PRIMARY KEY, title text NOT NULL, body text)")
        try sample.write(
            Self.plan.replacing("migration: papers", with: "migration: emptied"), to: "papers.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        func run(_ words: String...) throws -> BanyanProgram.Outcome {
            try sample.banyan.start(words, environment: variables).end(within: Self.patience)
        }
        #expect(try run("run", "papers.yaml", "--until", "caught-up").status == 0)
        try legacy.app.execute("UPDATE doc SET title = 'second' WHERE id = 7; TRUNCATE doc")
        try legacy.app.execute("INSERT INTO doc VALUES (7, 'third', NULL), (200, 'new', NULL)")
        let stopped = try run("run", "papers.yaml", "--until", "caught-up")
        #expect(stopped.status == 1 && stopped.errors.contains("backfill restart"), "\(stopped.errors)")
        try legacy.app.execute("ALTER PUBLICATION banyan_emptied_legacy SET (publish = 'insert')")
        let altered = try run("run", "papers.yaml", "--until", "caught-up")
        #expect(altered.status == 1 && altered.errors.contains("does not publish"), "\(altered.errors)")
        #expect(try run("backfill", "restart", "papers.yaml").status == 0)
        let again = try run("run", "papers.yaml", "--until", "caught-up")
        #expect(again.status == 0, "\(again.errors)")
        let papers = try service.app.query("SELECT id || title FROM paper ORDER BY id").texts(0)
        #expect(papers == ["7third", "200new"])
        #expect(try run("run", "papers.yaml", "--until", "caught-up").status == 0)
        #expect(try run("uninstall", "papers.yaml").output.contains("slot banyan_emptied_legacy"))
    }

    @Test func whatAMigrationWouldMeetIsSaidBeforeAnythingIsInstalled() throws {
        let sample = try SampleMigration()
        let legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE doc (id serial PRIMARY KEY, title text NOT NULL, body text);
            CREATE TABLE note (id int PRIMARY KEY, doc int REFERENCES doc);
            CREATE VIEW titles AS SELECT title FROM doc;
            CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN UPDATE doc SET title = trim(title); RETURN NULL; END $$;
            CREATE TRIGGER tidy AFTER INSERT ON doc EXECUTE FUNCTION tidy();
            INSERT INTO doc (title) SELECT 'title' FROM generate_series(1, 100);
            ANALYZE doc; CREATE EXTENSION citext; SELECT lo_create(0)
            """)
        let busy = try legacy.connect()
        try busy.execute("BEGIN; INSERT INTO doc (title) VALUES ('open')")
        let service = try PostgresServer.makeDatabase(
            "CREATE TABLE paper (id int PRIMARY KEY, title text NOT NULL, body text)")
        // A slot's name, which is made of the migration's, is one in the whole server.
        try sample.write(
            Self.plan.replacing("migration: papers", with: "migration: prospect"), to: "papers.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        let people = try sample.banyan.start(["assess", "papers.yaml"], environment: variables).end(
            within: Self.patience)
        #expect(people.status == 0, "\(people.errors)")
        for words in [
            "PostgreSQL 15", "doc", "100", "Change", "max_slot_wal_keep_size", "triggers", "tidy",
            "referred to by note", "sequences doc_id_seq", "views titles", "routines tidy()",
            "a maintenance window would serve as well", "wal_level is logical", "replication slots",
            "changes carry the primary key before: doc", "texts are kept in UTF8", "extensions: citext",
            "1 large objects", "MB of its log in a second", "could not begin while this is open", "app",
            "test",
        ] { #expect(people.output.contains(words), "\(words) in \(people.output)") }
        #expect(try legacy.app.query("SELECT count(*) FROM pg_publication").integer(0, 0) == 0)

        try busy.execute("ROLLBACK")
        try legacy.app.execute("ALTER TABLE doc REPLICA IDENTITY NOTHING")
        let writer = "assessed_\(legacy.address.filter(\.isNumber))"
        try service.app.execute("CREATE ROLE \(writer) LOGIN; GRANT SELECT ON paper TO \(writer)")
        let poor = variables.merging(
            ["SERVICE_URL": service.address.replacing("postgres://postgres@", with: "postgres://\(writer)@")]
        ) { $1 }
        let programs = try sample.banyan.start(
            ["assess", "papers.yaml", "--format", "json"], environment: poor
        ).end()
        #expect(programs.status == 2)
        let object = try #require(programs.objects.first)
        let elsewhere = (object["obstacles"] as? [[String: Any]] ?? []).compactMap { $0["remedy"] as? String }
        #expect(
            elsewhere == [
                "CREATE SCHEMA banyan AUTHORIZATION \(writer)",
                "GRANT INSERT, UPDATE, DELETE ON TABLE \"public\".\"paper\" TO \(writer)",
            ])
        let measured = (object["systems"] as? [[String: Any]])?.first?["tables"] as? [[String: Any]] ?? []
        #expect(measured.first?["rows"] as? Int == 100 && measured.first?["key"] as? [String] == ["id"])
        #expect(measured.first?["bytes"] as? Int ?? 0 > 8_000)
        #expect(measured.first?["rows_written_per_second"] as? Double != nil)
        #expect(object["verdict"] as? String == "prepare")
        let found = (object["systems"] as? [[String: Any]])?.first?["findings"] as? [[String: Any]] ?? []
        #expect(found.first?["weight"] as? String == "first")
        #expect((found.first?["remedy"] as? String)?.contains("REPLICA IDENTITY") ?? false)
    }

    /// History waits while the server says so, and says why; then chunks of one table are read at the same
    /// time, while it changes, and what comes of it is what legacy holds.
    @Test func historyWaitsForTheServerAndIsReadByRanges() throws {
        let sample = try SampleMigration()
        let columns = "id int PRIMARY KEY, title text NOT NULL, body text"
        let legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE doc (\(columns)); CREATE TABLE switch (held bool); INSERT INTO switch VALUES (true);
            INSERT INTO doc SELECT n, 'title ' || n FROM generate_series(1, 20000) n
            """)
        let service = try PostgresServer.makeDatabase("CREATE TABLE paper (\(columns))")
        let plan = Self.plan.replacing("migration: papers", with: "migration: ranged").replacing(
            "\"${LEGACY_URL}\" }",
            with:
                "\"${LEGACY_URL}\", history: { readers: 3, wait_while: { query: SELECT held FROM switch } } }"
        )
        try sample.write(plan, to: "papers.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        let engine = try sample.banyan.start(
            ["run", "papers.yaml", "--until", "caught-up"], environment: variables)
        func status() throws -> String {
            try sample.banyan("status", "papers.yaml", "--format", "json", environment: variables).output
        }
        try waitUntil("the engine to wait", within: Self.patience) {
            try engine.isRunning && status().contains("the plan's query says to wait")
        }
        #expect(try service.app.query("SELECT count(*) FROM paper").text(0, 0) == "0")
        try legacy.app.execute("UPDATE switch SET held = false")
        for round in 1...20 {
            try legacy.app.execute(
                """
                UPDATE doc SET title = 'changed \(round)' WHERE id % 20 = \(round % 20) AND id % 3 = 0;
                UPDATE doc SET id = id + 100000 WHERE id = \(round * 17);
                DELETE FROM doc WHERE id = \(round * 900);
                INSERT INTO doc SELECT id + 200000, title FROM doc WHERE id = \(round * 901)
                """)
        }
        let done = try engine.end(within: Self.patience)
        #expect(done.status == 0, "\(done.errors)")
        func digest(_ database: PostgresDatabase, _ table: String) throws -> String? {
            try database.app.query(
                "SELECT count(*) || md5(string_agg(id || title, ',' ORDER BY id)) FROM \(table)"
            ).text(0, 0)
        }
        #expect(try digest(service, "paper") == digest(legacy, "doc"))
        #expect(try sample.banyan("uninstall", "papers.yaml", environment: variables).status == 0)
    }

    @Test func aFileIsAssessedToo() throws {
        let sample = try SampleMigration()
        try sample.execute("CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END", in: "legacy.db")
        let people = try sample.banyan("assess", "plan.yaml")
        #expect(people.status == 0, "\(people.errors)")
        for words in ["SQLite", "orders", "triggers", "the first run switches it to WAL", "Verdict"] {
            #expect(people.output.contains(words), "\(words) in \(people.output)")
        }
        #expect(
            try sample.value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan%'", in: "legacy.db")
                == "0")
    }
}
