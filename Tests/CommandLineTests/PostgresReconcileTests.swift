import Foundation
import PostgreSQL
import TestKit
import Testing

/// Between two servers, with the control store on one of them: what somebody does to the service is found
/// with its key, kind and fields, and written right.
@Suite struct PostgresReconcileTests {
    private let sample: SampleMigration
    private let legacy: PostgresDatabase
    private let service: PostgresDatabase
    private var variables: [String: String] {
        ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
    }

    private static let columns = """
        id int PRIMARY KEY, title text NOT NULL, price numeric(10,2), at timestamptz, body bytea, day date
        """

    init() throws {
        sample = try SampleMigration()
        legacy = try PostgresServer.makeDatabase(
            """
            CREATE TABLE doc (\(Self.columns));
            INSERT INTO doc SELECT n, 'title ' || n, n * 1.5,
                timestamptz '2024-03-01 12:00+01' + n * interval '1 h',
                decode(md5(n::text), 'hex'), date '2024-03-01' + n
            FROM generate_series(1, 300) n
            """)
        service = try PostgresServer.makeDatabase("CREATE TABLE paper (\(Self.columns))")
        let number = service.address.filter(\.isNumber)
        try sample.write(
            PostgresPlan.text(
                "reconcile-\(number)", from: "doc", into: "paper",
                fields: ["title", "price", "at", "body", "day"].map { "\($0): t.\($0)" }
            ).replacing(
                "control: { sqlite: state/control.db }", with: "control: { postgres: \"${SERVICE_URL}\" }"),
            to: "plan.yaml")
        let run = try sample.banyan.start(
            ["run", "plan.yaml", "--until", "caught-up"], environment: variables
        ).end(within: .seconds(120))
        #expect(run.status == 0, "\(run.errors)")
    }

    private func banyan(_ arguments: String...) throws -> BanyanProgram.Outcome {
        try sample.banyan.start(arguments, environment: variables).end(within: .seconds(120))
    }

    /// Every difference as `kind key fields`.
    private func found() throws -> [String] {
        try banyan("exceptions", "list", "plan.yaml", "--format", "json").objects.compactMap { one in
            guard let difference = one["difference"] as? [String: Any] else { return nil }
            let fields = (difference["fields"] as? [[String: Any]] ?? []).compactMap {
                $0["field"] as? String
            }
            return "\(difference["kind"] ?? "") \(difference["key"] ?? "") \(fields.joined(separator: ","))"
        }
    }

    private func digest(_ database: PostgresDatabase, _ table: String) throws -> String? {
        try database.app.query(
            "SELECT count(*) || md5(string_agg(t::text, ',' ORDER BY id)) FROM \(table) t"
        ).text(0, 0)
    }

    @Test func whatSomebodyDidIsFoundAndWrittenRight() throws {
        // Only an engine that runs can say that it has seen all of a server's log.
        let engine = try sample.banyan.start(["run", "plan.yaml"], environment: variables)
        let first = try banyan("reconcile", "run", "plan.yaml")
        #expect(first.status == 0, "\(first.output) \(first.errors)")
        try service.app.execute(
            """
            DELETE FROM paper WHERE id = 7;
            UPDATE paper SET title = title || ' ' WHERE id = 10;
            UPDATE paper SET price = price + 0.01 WHERE id = 20;
            UPDATE paper SET at = at + interval '1 hour' WHERE id = 30;
            UPDATE paper SET body = set_bit(body, 5, 1 - get_bit(body, 5)) WHERE id = 40;
            UPDATE paper SET day = NULL, price = NULL WHERE id = 50;
            UPDATE paper a SET title = b.title FROM paper b WHERE a.id + b.id = 131 AND a.id IN (65, 66);
            INSERT INTO paper (id, title) VALUES (9001, 'stray')
            """)
        #expect(try banyan("reconcile", "run", "plan.yaml").status == 4)
        #expect(
            try Set(found()) == [
                "missing_in_target 7 ", "content 10 title", "content 20 price", "content 30 at",
                "content 40 body", "content 50 price,day", "content 65 title", "content 66 title",
                "extra_in_target 9001 ",
            ])
        let repaired = try banyan("repair", "run", "plan.yaml", "--format", "json")
        #expect(repaired.objects.first?["repaired"] as? Int == 8, "\(repaired.output) \(repaired.errors)")
        try service.app.execute("DELETE FROM paper WHERE id = 9001")
        #expect(try digest(service, "paper") == digest(legacy, "doc"))
        let last = try banyan("reconcile", "run", "plan.yaml")
        #expect(last.status == 0, "\(last.output) \(last.errors)")
        let states = try banyan("exceptions", "list", "plan.yaml", "--format", "json").objects
            .compactMap { $0["state"] as? String }
        #expect(states == Array(repeating: "verified", count: 9))
        #expect(try banyan("audit", "verify", "plan.yaml").status == 0)
        engine.signal(SIGTERM)
        #expect(try engine.end(within: .seconds(60)).status == 0)
        #expect(try banyan("uninstall", "plan.yaml").status == 0)
    }
}
