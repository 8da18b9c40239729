import Foundation
import PostgreSQL
import SQLite
import Synchronization
import TestKit
import Testing

@testable import Insurer

/// The example on a PostgreSQL server.
@Suite struct ServerTests {
    private static let tables = [
        "agent", "policy", "policy_version", "approval", "policy_purged", "premium_booking", "claim",
        "number_range", "batch_run",
    ]

    @Test func theSameWorkLeavesTheSameRowsInAFileAndOnAServer() throws {
        let fixture = try InsurerFixture(policies: 300)
        let server = try PostgresServer.makeDatabase()
        try InsurerGenerator(policies: 300, seed: 7).generate(into: server.address)
        try fixture.write(800)
        let summary = try Self.write(800, to: server.address, witness: fixture.path("server.witness"))
        #expect(summary.acknowledged > 500)
        for (legacy, name) in [(fixture.legacy, "file"), (server.address, "server")] {
            _ = try InsurerBatch(
                legacy: legacy, witness: fixture.path("\(name)-night.witness"), rerates: true
            ).run()
        }
        let connection = try SQLiteConnection(path: ":memory:", access: .create)
        try connection.execute("ATTACH \(SQLiteName.literal(fixture.legacy)) AS file")
        try connection.execute("ATTACH ':memory:' AS server")
        try ServerCopy(of: server.address, into: connection, schema: "server").run(Self.tables)
        for table in Self.tables {
            for (left, right) in [("file", "server"), ("server", "file")] {
                let different = try connection.integer(
                    "SELECT COUNT(*) FROM (SELECT * FROM \(left).\(table) EXCEPT SELECT * FROM \(right).\(table))"
                )
                #expect(different == 0, "\(table): rows of the \(left) that the \(right) has not")
            }
        }
        #expect(try #require(try connection.integer("SELECT COUNT(*) FROM server.policy_version")) > 800)
    }

    @Test func whatSeveralPeopleWereToldIsThereInTheEnd() throws {
        let fixture = try InsurerFixture(policies: 1)
        let server = try PostgresServer.makeDatabase()
        try InsurerGenerator(policies: 120, seed: 7).generate(into: server.address)
        try Self.work(on: server.address, fixture)
        var subject = InsurerChecker.Subject(
            legacy: server.address,
            service: try PostgresServer.makeDatabase(ExampleFile.servicePostgres.text).address)
        subject.witnesses = ["a", "b", "night"].map { fixture.path("\($0).witness") }
        let findings = try InsurerChecker(subject).check()
        #expect(findings.acknowledgedOperations > 600)
        #expect(findings.lostAcknowledged == 0 && findings.failedButVisible == 0 && findings.unexplained == 0)
        // The service is empty, and the checks say so.
        #expect(findings.missing > 100 && findings.missing == findings.compared)

        try server.app.execute(
            """
            UPDATE policy_version SET prem_amt = prem_amt + 1 WHERE version_id = (
                SELECT MAX(version_id) FROM policy_version WHERE last_op IS NOT NULL)
            """)
        #expect(try InsurerChecker(subject).check().lostAcknowledged == 1)
    }

    @Test func aFenceOfTheServersIsARefusal() throws {
        let fixture = try InsurerFixture(policies: 1)
        let server = try PostgresServer.makeDatabase()
        try InsurerGenerator(policies: 100, seed: 7).generate(into: server.address)
        try server.app.execute(
            """
            CREATE FUNCTION fence() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'fenced'; END $$;
            CREATE TRIGGER fence BEFORE INSERT OR UPDATE ON policy_version FOR EACH ROW
                WHEN (new.reason_cd = 'ADDR') EXECUTE FUNCTION fence();
            """)
        let summary = try Self.write(300, to: server.address, witness: fixture.path("w.witness"))
        #expect(summary.refused > 0 && summary.acknowledged > 150)
        let batch = try InsurerBatch(
            legacy: server.address, witness: fixture.path("n.witness"), rerates: true
        ).run()
        #expect(!batch.isCommitted)
        var subject = InsurerChecker.Subject(
            legacy: server.address,
            service: try PostgresServer.makeDatabase(ExampleFile.servicePostgres.text).address)
        subject.witnesses = ["w", "n"].map { fixture.path("\($0).witness") }
        let findings = try InsurerChecker(subject).check()
        #expect(findings.lostAcknowledged == 0 && findings.failedButVisible == 0 && findings.unexplained == 0)
    }

    @Test func refusesADatabaseThatHoldsPolicies() throws {
        let server = try PostgresServer.makeDatabase()
        try InsurerGenerator(policies: 10).generate(into: server.address)
        #expect(throws: InsurerError.self) {
            try InsurerGenerator(policies: 10).generate(into: server.address)
        }
    }

    private static func write(
        _ transactions: Int, to address: String, name: String = "w", seed: UInt64 = 3, witness: String
    ) throws -> WriterSummary {
        var settings = InsurerWriter.Settings(legacy: address, witness: witness)
        settings.name = name
        settings.seed = seed
        settings.limit = transactions
        return try InsurerWriter(settings).run { false }
    }

    /// Two people and the nightly batch at the same time.
    private static func work(on address: String, _ fixture: InsurerFixture) throws {
        let failures = Mutex<[String]>([])
        let jobs: [@Sendable () throws -> Void] =
            ["a", "b"].map { name in
                let witness = fixture.path("\(name).witness")
                return {
                    _ = try write(300, to: address, name: name, seed: name == "a" ? 3 : 4, witness: witness)
                }
            }
            + [
                { [witness = fixture.path("night.witness")] in
                    for _ in 0..<3 {
                        _ = try InsurerBatch(legacy: address, witness: witness, rerates: true).run()
                    }
                }
            ]
        DispatchQueue.concurrentPerform(iterations: jobs.count) { job in
            do {
                try jobs[job]()
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock(\.self) == [])
    }
}
