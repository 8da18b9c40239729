import Foundation
import PostgreSQL
import TestKit
import Testing

/// How a plan has the history of a server read.
@Suite struct PostgresHistoryTests {
    private static let patience = Duration.seconds(180)

    private static let plan = """
        migration: shelves
        systems:
          legacy:
            postgres: "${LEGACY_URL}"
            history:
              readers: 3
              wait_while: { query: SELECT held FROM switch }
          service: { postgres: "${SERVICE_URL}" }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          shelves:
            owner: archive
            approvers: [archive]
            from: legacy
            into: service
            reads:
              d: { table: doc, root: true }
            aggregates:
              paper:
                root: d
                identity: { natural: [d.shelf, d.id] }
                table: paper
                facts: { all: { shelf: d.shelf, id: d.id, title: d.title } }

        """

    /// History waits while the server says so, and says why; then chunks of one table are read at the same
    /// time, while it changes, and what comes of it is what legacy holds.
    @Test func historyWaitsForTheServerAndIsReadByRanges() throws {
        let sample = try SampleMigration()
        let columns = "shelf text NOT NULL, id int NOT NULL, title text NOT NULL, PRIMARY KEY (shelf, id)"
        let legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE doc (\(columns)); CREATE TABLE switch (held bool); INSERT INTO switch VALUES (true);
            INSERT INTO doc SELECT chr(97 + n % 7) || 'é', n, 'title ' || n FROM generate_series(1, 20000) n
            """)
        let service = try PostgresServer.makeDatabase("CREATE TABLE paper (\(columns))")
        try sample.write(Self.plan, to: "shelves.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        let engine = try sample.banyan.start(
            ["run", "shelves.yaml", "--until", "caught-up"], environment: variables)
        func status() throws -> String {
            try sample.banyan("status", "shelves.yaml", "--format", "json", environment: variables).output
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
                INSERT INTO doc SELECT shelf, id + 200000, title FROM doc WHERE id = \(round * 901)
                """)
        }
        let done = try engine.end(within: Self.patience)
        #expect(done.status == 0, "\(done.errors)")
        func digest(_ database: PostgresDatabase, _ table: String) throws -> String? {
            try database.app.query(
                "SELECT count(*) || md5(string_agg(shelf || id || title, ',' ORDER BY id, shelf)) FROM \(table)"
            ).text(0, 0)
        }
        #expect(try digest(service, "paper") == digest(legacy, "doc"))
    }
}
