import Foundation
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

/// What a server keeps of its log for a migration has a limit, at which the server comes first.
@Suite struct PostgresBudgetTests {
    private static let columns = "id int PRIMARY KEY, title text NOT NULL"

    /// A transaction that somebody has forgotten keeps the server from letting its log go: after a minute
    /// over the limit the slot is dropped and the engine says so, with who was in the way.
    @Test func aSlotThatKeepsMoreThanThePlanAllowsIsDroppedAndHistoryReadAnew() throws {
        let sample = try SampleMigration()
        let service = try PostgresServer.makeDatabase("CREATE TABLE paper (\(Self.columns))")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: sample.folder.path)
        let cluster = try PostgresCluster(
            in: sample.folder.file("cluster"), isDurable: false,
            settings: ["min_wal_size": "32MB", "max_wal_size": "32MB"])
        let plan = PostgresPlan.text("budget", from: "doc", into: "paper", fields: ["title: t.title"])
        try sample.write(
            plan.replacing(
                "\"${LEGACY_URL}\" }",
                with: "\"${LEGACY_URL}\", retained_wal: { at_most: 24MB, then: drop_slot } }"),
            to: "papers.yaml")
        let app = try cluster.connect()
        try app.execute(
            """
            CREATE TABLE doc (\(Self.columns)); CREATE TABLE filler (t text);
            ALTER TABLE filler ALTER t SET STORAGE PLAIN;
            INSERT INTO doc SELECT n, 'a' FROM generate_series(1, 500) n
            """)
        let variables = ["LEGACY_URL": cluster.address(), "SERVICE_URL": service.address]
        let engine = try sample.banyan.start(["run", "papers.yaml"], environment: variables)
        try waitUntil("history", within: .seconds(60)) {
            try service.app.query("SELECT count(*) FROM paper").integer(0, 0) == 500
        }
        let forgotten = try PostgresConnection(
            try PostgresAddress(cluster.address()), application: "monthly report")
        try forgotten.execute("BEGIN; INSERT INTO filler VALUES ('never ended')")
        try app.execute("INSERT INTO filler SELECT repeat(md5(n::text), 200) FROM generate_series(1, 6000) n")
        try waitUntil("the engine has given the slot up", within: .seconds(240)) {
            // What is written goes on, and so what is kept does not become less.
            try app.execute("INSERT INTO filler VALUES ('x')")
            return !engine.isRunning
        }
        let stopped = try engine.end()
        #expect(stopped.status == 1, "\(stopped.errors)")
        #expect(stopped.errors.contains("more than the 25165824 that the plan allows"), "\(stopped.errors)")
        #expect(stopped.errors.contains("monthly report"), "\(stopped.errors)")
        #expect(try app.query("SELECT FROM pg_replication_slots").count == 0)
        // The application was never in the way of any of this, and goes on.
        try forgotten.execute("COMMIT")
        try app.execute("DELETE FROM doc WHERE id <= 50; UPDATE doc SET title = 'b' WHERE id <= 100")
        #expect(try sample.banyan("backfill", "restart", "papers.yaml", environment: variables).status == 0)
        let again = try sample.banyan.start(
            ["run", "papers.yaml", "--until", "caught-up"], environment: variables
        ).end(within: .seconds(120))
        #expect(again.status == 0, "\(again.errors)")
        let digest = "SELECT count(*) || md5(string_agg(id || title, ',' ORDER BY id)) FROM "
        #expect(
            try service.app.query(digest + "paper").text(0, 0) == app.query(digest + "doc").text(0, 0))
    }
}
