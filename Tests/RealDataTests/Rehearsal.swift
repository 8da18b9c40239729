import Foundation
import Migration
import Plan
import SQLite
import TestKit
import Testing

/// One migration of a real database, in a folder of its own: its plan, legacy's copy, the services' stores.
final class Rehearsal: Sendable {
    /// What an independent comparison found of one aggregate or part.
    struct Difference: Equatable, CustomStringConvertible {
        var what: String
        var expected: Int64
        var missing: Int64
        var extra: Int64
        var different: Int64

        var isNone: Bool { missing == 0 && extra == 0 && different == 0 }
        var description: String {
            "\(what): \(expected) expected, \(missing) missing, \(extra) extra, \(different) different"
        }
    }

    let example: String
    let legacy: String
    private let legacyName: String
    private let services: [String]
    private let scratch: TemporaryFolder

    /// Puts an example's plan and empty stores into a new folder.
    ///
    /// - Parameters:
    ///   - example: The folder under `examples`.
    ///   - legacy: The legacy system's name in the plan and in the checks; its file has that name.
    ///   - services: The service systems' names, likewise.
    init(_ example: String, legacy: String, services: [String]) throws {
        self.example = example
        self.services = services
        legacyName = legacy
        scratch = try TemporaryFolder(example)
        self.legacy = scratch.file("\(legacy).db")
        try SharedData.example("\(example)/plan.yaml")
            .write(toFile: scratch.file("plan.yaml"), atomically: true, encoding: .utf8)
        for service in services {
            try SQLiteConnection(path: store(service), access: .create)
                .execute(try SharedData.example("\(example)/\(service).sql"))
        }
    }

    /// A service store's file.
    func store(_ service: String) -> String { scratch.file("\(service).db") }

    /// The plan, checked against the databases as they are.
    func plan() throws -> CheckedPlan {
        try PlanReading.checked(path: scratch.file("plan.yaml"), environment: [:]).requirePlan()
    }

    /// Runs the engine until everything is applied.
    @discardableResult
    func catchUp() throws -> MigrationStatus {
        try MigrationEngine(plan: try plan()).run(until: .caughtUp)
    }

    /// Runs the engine until everything is applied or, before that, its status shows what is waited for.
    func run(until isReached: (MigrationStatus) -> Bool) throws -> MigrationStatus {
        var options = MigrationEngine.Options()
        options.statusEvery = .milliseconds(1)
        let engine = try MigrationEngine(plan: try plan(), options: options)
        return try engine.run(until: .caughtUp) { status in
            if isReached(status) { engine.stop() }
        }
    }

    /// Applies again what is set aside, taking only the last state of each key: asked for after a repair.
    func replayQuarantine() throws {
        let plan = try plan()
        for context in plan.contexts {
            _ = try RequestDesk(plan: plan).perform(
                .replayQuarantine(key: nil, reason: nil, latestOnly: true), in: context)
        }
    }

    /// Starts the engine and stops it at once: whatever was begun by then is what the next run finds.
    func runForAMoment() throws -> MigrationStatus {
        let engine = try MigrationEngine(plan: try plan())
        engine.stop()
        return try engine.run(until: .forever)
    }

    /// Changes legacy as its users would.
    func change(_ sql: String) throws {
        try SQLiteConnection(path: legacy, access: .readWrite).execute(sql)
    }

    /// Compares legacy and the stores in plain SQL that knows nothing of the plan.
    func differences() throws -> [Difference] {
        let connection = try SQLiteConnection(path: ":memory:", access: .create)
        for (name, path) in [(legacyName, legacy)] + services.map({ ($0, store($0)) }) {
            try connection.run("ATTACH ? AS \(SQLiteName.quote(name))", [.text(path)])
        }
        try connection.execute(try SharedData.example("\(example)/checks/expected.sql"))
        return try connection.rows(try SharedData.example("\(example)/checks/differences.sql")) { row in
            Difference(
                what: row.string(0) ?? "", expected: row.integer(1), missing: row.integer(2),
                extra: row.integer(3), different: row.integer(4))
        }
    }

    /// What the comparison holds against the stores: a line for each aggregate or part that differs.
    func findings() throws -> [String] {
        try differences().filter { !$0.isNone }.map(\.description)
    }

    /// Expects that legacy and the stores are the same.
    func expectNoFindings(_ location: Testing.SourceLocation = #_sourceLocation) throws {
        let findings = try findings()
        #expect(findings == [], sourceLocation: location)
    }

    /// For each context, what its certificate says when it is checked.
    func verdicts() throws -> [(context: String, verdict: CertificateVerdict, report: String)] {
        let plan = try plan()
        return try plan.contexts.map { context in
            let issued = try CertificateIssuer(plan: plan).issue(context)
            return (context.name, Certificate.check(text: try issued.certificate.text()), "\(issued.report)")
        }
    }

    /// Rows of a query on a service's store or, without a service, on legacy.
    func rows(_ sql: String, on service: String? = nil) throws -> [[String]] {
        let connection = try SQLiteConnection(path: service.map(store) ?? legacy, access: .readOnly)
        return try connection.rows(sql) { row in (0..<row.columnCount).map { row.string($0) ?? "NULL" } }
    }

    /// What is set aside, by context.
    func quarantine(_ status: MigrationStatus) -> [String: [String: Int]] {
        Dictionary(uniqueKeysWithValues: status.contexts.map { ($0.name, $0.quarantine) })
            .filter { !$0.value.isEmpty }
    }
}
