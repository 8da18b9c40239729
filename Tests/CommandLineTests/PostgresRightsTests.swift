import Foundation
import PostgreSQL
import TestKit
import Testing

/// Roles that have what docs/POSTGRESQL.md lists, and nothing else.
@Suite struct PostgresRightsTests {
    private static let plan = """
        migration: rights-{number}
        systems:
          legacy:  { postgres: "${LEGACY_URL}" }
          service: { postgres: "${SERVICE_URL}" }
        log:     { embedded: state/log, retain: 30d }
        control: { postgres: "${CONTROL_URL}" }
        contexts:
          people:
            owner: registry
            approvers: [registry]
            from: legacy
            into: service
            reads:
              p: { table: person, root: true }
              l: { table: place, optional: "l.id == p.place_id" }
            aggregates:
              citizen:
                root: p
                identity: { natural: [p.id] }
                table: citizen
                facts:
                  all:
                    id: p.id
                    name: p.nm
                    place: "l == null ? 'nowhere' : l.nm"

        """

    @Test func theDocumentedRightsAreEnoughAndWhatIsMissingIsSaidWhenThePlanIsChecked() throws {
        let sample = try SampleMigration()
        let legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE person (id int PRIMARY KEY, nm text NOT NULL, place_id int);
            CREATE TABLE place (id int PRIMARY KEY, nm text NOT NULL);
            INSERT INTO place VALUES (1, 'here'); INSERT INTO person VALUES (1, 'a', 1), (2, 'b', NULL)
            """)
        let service = try PostgresServer.makeDatabase(
            "CREATE TABLE citizen (id int PRIMARY KEY, name text NOT NULL, place text NOT NULL)")
        let number = legacy.address.filter(\.isNumber)
        let (reader, writer) = ("reader_\(number)", "writer_\(number)")
        try legacy.app.execute("CREATE ROLE \(reader) LOGIN; CREATE ROLE \(writer) LOGIN")
        func address(_ database: PostgresDatabase, _ role: String) -> String {
            database.address.replacing("postgres://postgres@", with: "postgres://\(role)@")
        }
        let variables = [
            "LEGACY_URL": address(legacy, reader), "SERVICE_URL": address(service, writer),
            "CONTROL_URL": address(service, writer),
        ]
        try sample.write(Self.plan.replacing("{number}", with: number), to: "rights.yaml")
        func banyan(_ words: String...) throws -> BanyanProgram.Outcome {
            try sample.banyan.start(words, environment: variables).end(within: .seconds(180))
        }
        try legacy.app.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(reader)")
        try service.app.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(writer)")
        let check = try banyan("plan", "check", "rights.yaml", "--format", "json")
        let diagnostics = check.objects.first?["diagnostics"] as? [[String: Any]] ?? []
        let hints = diagnostics.filter { $0["code"] as? String == "server_not_ready" }.compactMap {
            $0["hint"] as? String
        }
        #expect(check.status == 0 && hints.count == 9, "\(hints)")
        #expect(try banyan("plan", "check", "rights.yaml", "--strict").status == 1)
        let refused = try banyan("run", "rights.yaml", "--until", "caught-up")
        #expect(refused.status == 1 && refused.errors.contains("GRANT"), "\(refused.errors)")
        for hint in hints {
            let database = hint.contains(writer) ? service : legacy
            try database.app.execute(hint)
        }
        let ready = try banyan("plan", "check", "rights.yaml")
        #expect(!ready.errors.contains("server_not_ready"), "\(ready.errors)")
        let run = try banyan("run", "rights.yaml", "--until", "caught-up")
        #expect(run.status == 0, "\(run.errors)")
        try legacy.app.execute("UPDATE place SET nm = 'there'; DELETE FROM person WHERE id = 2")
        let again = try banyan("run", "rights.yaml", "--until", "caught-up")
        #expect(again.status == 0, "\(again.errors)")
        let held = try service.app.query("SELECT id || name || place FROM citizen ORDER BY id").texts(0)
        #expect(held == ["1athere"])
        let engine = try sample.banyan.start(["run", "rights.yaml"], environment: variables)
        let equal = try banyan("certificate", "issue", "rights.yaml")
        #expect(equal.output.contains("people  equal"), "\(equal.output)\(equal.errors)")
        engine.signal(SIGTERM)
        #expect(try engine.end().status == 0)
        #expect(try banyan("uninstall", "rights.yaml").status == 0)
    }
}
