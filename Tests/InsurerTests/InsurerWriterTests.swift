import Foundation
import SQLite
import Testing

@testable import Insurer

@Suite struct InsurerWriterTests {
    @Test func leavesTheSameDataBehindForTheSameSeed() throws {
        let first = try InsurerFixture()
        let second = try InsurerFixture()
        let done = try first.write(400, seed: 11)
        #expect(try second.write(400, seed: 11) == done)
        #expect(try first.dump() == second.dump())
    }

    @Test func doesEveryKindOfThing() throws {
        let fixture = try InsurerFixture(policies: 300)
        let summary = try fixture.write(1_500)
        for kind in LiveKind.allCases where kind != .collide {
            #expect(summary.operations[kind.rawValue, default: 0] > 0, "never \(kind.rawValue)")
        }
        #expect(summary.undone > 0, "no insert collided")
        #expect(summary.failed > 0, "nothing was rolled back")
        #expect(summary.refused == 0)
    }

    @Test func remembersWhatItDid() throws {
        let fixture = try InsurerFixture(policies: 300)
        let summary = try fixture.write(800)
        try fixture.buildService()
        let findings = try fixture.check(witnesses: ["w"])
        #expect(findings.isClean, "\(findings)")
        #expect(findings.acknowledgedOperations == summary.operations.values.reduce(0, +))
        #expect(findings.unknownTransactions == 0)
    }

    @Test func sharesADatabaseWithAnotherWriterAndTheBatch() async throws {
        let fixture = try InsurerFixture(policies: 200)
        let legacy = fixture.legacy
        let files = ["a", "b"].map { fixture.path("\($0).witness") }
        let night = fixture.path("night.witness")
        let summaries = try await withThrowingTaskGroup(of: WriterSummary.self) { group in
            for (name, file) in zip(["a", "b"], files) {
                group.addTask { @concurrent in
                    var settings = InsurerWriter.Settings(legacy: legacy, witness: file)
                    settings.name = name
                    settings.seed = UInt64(name.utf8.first ?? 0)
                    settings.limit = 600
                    return try InsurerWriter(settings).run { false }
                }
            }
            group.addTask { @concurrent in
                for _ in 0..<3 {
                    let summary = try InsurerBatch(
                        legacy: legacy, witness: night, name: "night", rerates: true
                    ).run()
                    #expect(summary.isCommitted && summary.addresses > 0)
                }
                return WriterSummary()
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(summaries.reduce(0) { $0 + $1.acknowledged + $1.failed } == 1_200)
        try fixture.buildService()
        try fixture.publishEvents(of: ["a", "b", "night"])
        let findings = try fixture.check(witnesses: ["a", "b", "night"], outbox: "banyan_outbox")
        #expect(findings.isClean, "\(findings)")
    }

    @Test func continuesItsWitnessFileWhenItIsStartedAgain() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.write(100)
        try fixture.write(100)
        try fixture.buildService()
        let findings = try fixture.check(witnesses: ["w"])
        #expect(findings.isClean, "\(findings)")
        let names = Set(try WitnessFile.records(at: fixture.path("w.witness")).map(\.transaction))
        #expect(names.count > 190)
    }

    @Test func takesARefusalByAFenceAsAFailureAndGoesOn() throws {
        let fixture = try InsurerFixture(policies: 200)
        let connection = try fixture.connect(fixture.legacy)
        for event in ["INSERT", "UPDATE"] {
            try connection.execute(
                """
                CREATE TRIGGER fence_\(event) BEFORE \(event) ON policy_version WHEN new.reason_cd = 'ADDR'
                BEGIN SELECT RAISE(ABORT, 'fenced'); END
                """)
        }
        let summary = try fixture.write(500)
        #expect(summary.refused > 0)
        #expect(summary.acknowledged > 300)
        let batch = try InsurerBatch(
            legacy: fixture.legacy, witness: fixture.path("n.witness"), rerates: true
        ).run()
        #expect(!batch.isCommitted)
        try fixture.buildService()
        let findings = try fixture.check(witnesses: ["w", "n"])
        #expect(findings.isClean, "\(findings)")
    }

    @Test func stopsBetweenTransactionsWhenToldTo() throws {
        let fixture = try InsurerFixture()
        var settings = InsurerWriter.Settings(legacy: fixture.legacy, witness: fixture.path("w.witness"))
        settings.rate = 100_000
        var looks = 0
        let summary = try InsurerWriter(settings).run {
            looks += 1
            return looks > 40
        }
        #expect(summary.acknowledged + summary.failed > 0)
        #expect(summary.acknowledged + summary.failed <= 41)
    }

    @Test func settlesWhatAKilledWriterCouldNotWriteDown() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.write(300)
        let records = try WitnessFile.records(at: fixture.path("w.witness"))
        // As if the last outcomes had never been written: some of these transactions happened, some were
        // rolled back.
        let kept =
            records.prefix(records.count - 60).map(\.line)
            + records.suffix(60).filter { if case .outcome = $0 { false } else { true } }.map(\.line)
        try Data((kept.joined(separator: "\n") + "\nack\tw-").utf8).write(
            to: URL(filePath: fixture.path("w.witness")))
        try fixture.buildService()
        let findings = try fixture.check(witnesses: ["w"])
        #expect(findings.isClean, "\(findings)")
        try fixture.write(50, seed: 4)
        try fixture.buildService()
        #expect(try fixture.check(witnesses: ["w"]).isClean)
    }
}
