import Foundation
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

/// Two contexts that read different tables of one server: what befalls a table of one is not the other's
/// affair.
@Suite struct PostgresContextsTests {
    private let sample: SampleMigration
    private let legacy: PostgresDatabase
    private let service: PostgresDatabase
    private var variables: [String: String] {
        ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
    }

    init() throws {
        sample = try SampleMigration()
        legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE doc (id int PRIMARY KEY, title text NOT NULL);
            CREATE TABLE memo (id int PRIMARY KEY, title text NOT NULL);
            INSERT INTO doc SELECT n, 'a' FROM generate_series(1, 500) n;
            INSERT INTO memo SELECT n, 'a' FROM generate_series(1, 500) n
            """)
        service = try PostgresServer.makeDatabase(
            """
            CREATE TABLE paper (id int PRIMARY KEY, title text NOT NULL);
            CREATE TABLE note (id int PRIMARY KEY, title text NOT NULL)
            """)
        let number = service.address.filter(\.isNumber)
        let papers = PostgresPlan.text(
            "contexts-\(number)", from: "doc", into: "paper", fields: ["title: t.title"])
        let notes = PostgresPlan.text("", from: "memo", into: "note", fields: ["title: t.title"])
        let start = try #require(notes.range(of: "  things:"))
        try sample.write(
            papers
                + notes[start.lowerBound...].replacing("things:", with: "notes:")
                .replacing("thing:", with: "note:"), to: "two.yaml")
    }

    private func digest(_ connection: PostgresConnection, _ table: String) throws -> String? {
        try connection.query("SELECT count(*) || md5(string_agg(id || title, ',' ORDER BY id)) FROM \(table)")
            .text(0, 0)
    }

    /// What befalls a table while its history is read stops the context that reads it; the other one's
    /// history is read to its end.
    @Test(arguments: [
        ("ALTER TABLE doc RENAME TO old", "ALTER TABLE old RENAME TO doc"),
        (
            "ALTER TABLE doc ALTER title TYPE int USING 7",
            "ALTER TABLE doc ALTER title TYPE text USING title::text"
        ),
        ("DROP TABLE doc", "CREATE TABLE doc (id int PRIMARY KEY, title text NOT NULL)"),
    ])
    func whatBefallsATableInItsHistoryStopsOnlyWhoReadsIt(sql: String, remedy: String) throws {
        let plan = try String(contentsOfFile: sample.folder.file("two.yaml"), encoding: .utf8)
        try sample.write(
            plan.replacing(
                "postgres: \"${LEGACY_URL}\"",
                with:
                    "postgres: \"${LEGACY_URL}\", history: { wait_while: { query: SELECT held FROM switch } }"
            ),
            to: "two.yaml")
        try legacy.app.execute("CREATE TABLE switch (held bool); INSERT INTO switch VALUES (true)")
        let engine = try sample.banyan.start(["run", "two.yaml"], environment: variables)
        func status() throws -> String {
            let shown = try sample.banyan("status", "two.yaml", "--format", "json", environment: variables)
            return shown.output + shown.errors
        }
        // It has looked at the tables, and waits before it reads the first.
        try waitUntil("history waits") { try status().contains("the plan's query says to wait") }
        try legacy.app.execute(sql)
        try legacy.app.execute("UPDATE switch SET held = false")
        try waitUntil("the other context's history is read", within: .seconds(60)) {
            try digest(service.app, "note") == digest(legacy.app, "memo")
        }
        try waitUntil("its context stops by name", within: .seconds(60)) {
            try legacy.app.execute("UPDATE memo SET title = title || 'x' WHERE id = 1")
            return try status().contains("changes of doc are not known")
        }
        try legacy.app.execute("INSERT INTO memo VALUES (501, 'late')")
        try waitUntil("the other goes on", within: .seconds(60)) {
            try digest(service.app, "note") == digest(legacy.app, "memo")
        }
        #expect(try !status().contains("notes has stopped"))
        engine.signal(SIGTERM)
        #expect(try engine.end(within: .seconds(60)).status != 0)
        try legacy.app.execute(remedy)
        #expect(try sample.banyan("backfill", "restart", "two.yaml", environment: variables).status == 0)
        let last = try sample.banyan.start(
            ["run", "two.yaml", "--until", "caught-up"], environment: variables
        ).end(within: .seconds(120))
        #expect(last.status == 0, "\(last.errors)")
        #expect(try digest(service.app, "paper") == digest(legacy.app, "doc"))
        #expect(try digest(service.app, "note") == digest(legacy.app, "memo"))
        #expect(try sample.banyan("uninstall", "two.yaml", environment: variables).status == 0)
    }

    /// What is done to `doc`, what stops its context, and what makes it well; the rows that it has then.
    @Test(arguments: [
        (
            "ALTER TABLE doc REPLICA IDENTITY NOTHING; INSERT INTO doc VALUES (501, 'b')",
            "do not carry its key column id any more", "ALTER TABLE doc REPLICA IDENTITY DEFAULT"
        ),
        (
            "ALTER TABLE doc ADD other text NOT NULL DEFAULT 'new'; ALTER TABLE doc DROP title; "
                + "ALTER TABLE doc RENAME other TO title",
            "column title of doc is another one than before", ""
        ),
        (
            "ALTER TABLE doc RENAME TO old; INSERT INTO old VALUES (501, 'b')", "was renamed to old",
            "ALTER TABLE old RENAME TO doc"
        ),
        ("TRUNCATE doc; INSERT INTO doc VALUES (501, 'b')", "emptied by TRUNCATE", ""),
    ])
    func whatBefallsATableStopsOnlyWhoReadsIt(sql: String, words: String, remedy: String) throws {
        let engine = try sample.banyan.start(["run", "two.yaml"], environment: variables)
        try waitUntil("history", within: .seconds(60)) {
            try digest(service.app, "paper") == digest(legacy.app, "doc")
                && digest(service.app, "note") == digest(legacy.app, "memo")
        }
        let before = try digest(service.app, "paper")
        try legacy.app.execute(sql)
        func status() throws -> String {
            let shown = try sample.banyan("status", "two.yaml", environment: variables)
            return shown.output + shown.errors
        }
        // The tables as a whole are looked at every ten seconds.
        var rounds = 0
        try waitUntil("its context stops by name", within: .seconds(60)) {
            rounds += 1
            try legacy.app.execute("INSERT INTO memo VALUES (\(1_000 + rounds), 'b')")
            return try status().contains(words)
        }
        try legacy.app.execute("UPDATE memo SET title = 'c' WHERE id < 100")
        try waitUntil("the other goes on", within: .seconds(60)) {
            try digest(service.app, "note") == digest(legacy.app, "memo")
        }
        #expect(try digest(service.app, "paper") == before)
        #expect(try !status().contains("notes has stopped"))
        engine.signal(SIGTERM)
        let ended = try engine.end(within: .seconds(60))
        #expect(ended.status != 0 && ended.errors.contains(words), "\(ended.errors)")
        // It is still so for the next engine.
        if !remedy.isEmpty { try legacy.app.execute(remedy) }
        let again = try sample.banyan.start(
            ["run", "two.yaml", "--until", "caught-up"], environment: variables
        ).end(within: .seconds(120))
        #expect(again.status == 1 && again.errors.contains(words), "\(again.errors)")
        #expect(try sample.banyan("backfill", "restart", "two.yaml", environment: variables).status == 0)
        let last = try sample.banyan.start(
            ["run", "two.yaml", "--until", "caught-up"], environment: variables
        ).end(within: .seconds(120))
        #expect(last.status == 0, "\(last.errors)")
        #expect(try digest(service.app, "paper") == digest(legacy.app, "doc"))
        #expect(try digest(service.app, "note") == digest(legacy.app, "memo"))
        #expect(try sample.banyan("uninstall", "two.yaml", environment: variables).status == 0)
    }
}
