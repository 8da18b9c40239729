import Foundation
import Migration
import Plan
import PostgreSQL
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

    /// What the services keep their rows in.
    enum Stores: Sendable {
        case sqlite, postgres
    }

    let example: String
    let legacy: String
    private let stores: Stores
    /// The addresses of the systems' databases, where they are a server's.
    private let addresses: [String: String]
    private let legacyName: String
    private let services: [String]
    private let scratch: TemporaryFolder

    /// Puts an example's plan and empty stores into a new folder.
    ///
    /// - Parameters:
    ///   - example: The folder under `examples`.
    ///   - legacy: The legacy system's name in the plan and in the checks; its file has that name.
    ///   - services: The service systems' names, likewise.
    ///   - stores: What the services keep their rows in.
    ///   - server: The address of the legacy system, where it is a server's database.
    init(
        _ example: String, legacy: String, services: [String], stores: Stores = .sqlite,
        server: String? = nil
    ) throws {
        self.example = example
        self.stores = stores
        self.services = services
        legacyName = legacy
        scratch = try TemporaryFolder(example)
        self.legacy = scratch.file("\(legacy).db")
        var plan = try SharedData.example(
            server == nil ? "\(example)/plan.yaml" : "\(example)/postgres/plan.yaml")
        var addresses: [String: String] = [:]
        addresses[legacy] = server
        for service in services {
            switch stores {
            case .sqlite:
                plan.replace(
                    "{ postgres: \"${\(service.uppercased())_URL}\" }", with: "{ sqlite: \(service).db }")
                try SQLiteConnection(path: scratch.file("\(service).db"), access: .create)
                    .execute(try SharedData.example("\(example)/\(service).sql"))
            case .postgres:
                let tables = try SharedData.example("\(example)/postgres/\(service).sql")
                addresses[service] = try PostgresServer.makeDatabase(tables).address
                plan.replace(
                    "{ sqlite: \(service).db }", with: "{ postgres: \"${\(service.uppercased())_URL}\" }")
            }
        }
        self.addresses = addresses
        try plan.write(toFile: scratch.file("plan.yaml"), atomically: true, encoding: .utf8)
    }

    /// A service store's file.
    func store(_ service: String) -> String { scratch.file("\(service).db") }

    /// The plan, checked against the databases as they are.
    func plan() throws -> CheckedPlan {
        let variables = addresses.map { ("\($0.key.uppercased())_URL", $0.value) }
        return try PlanReading.checked(
            path: scratch.file("plan.yaml"), environment: Dictionary(uniqueKeysWithValues: variables)
        ).requirePlan()
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
        if let address = addresses[legacyName] {
            return try PostgresConnection(try PostgresAddress(address), application: "shop").execute(sql)
        }
        try SQLiteConnection(path: legacy, access: .readWrite).execute(sql)
    }

    /// Compares legacy and the stores in plain SQL that knows nothing of the plan.
    func differences() throws -> [Difference] {
        if addresses[legacyName] != nil { try copyLegacy() }
        if stores == .postgres { try copyStores() }
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

    /// Copies the legacy system's rows from the server into the tables of the example's SQLite edition, whose
    /// names are the same words in another spelling. What the server has not is left empty.
    private func copyLegacy() throws {
        let copy = try SQLiteConnection(path: legacy, access: .readWrite)
        let server = try PostgresConnection(
            try PostgresAddress(addresses[legacyName] ?? ""), application: "comparison")
        let spellings = try Self.spellings(server)
        try copy.execute("PRAGMA foreign_keys = OFF")
        try copy.immediate {
            let tables = try copy.rows(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            ) { $0.string(0) ?? "" }
            for table in tables {
                try copy.execute("DELETE FROM \(SQLiteName.quote(table))")
                guard let held = spellings[Self.letters(table)] else { continue }
                let columns = try copy.rows(
                    "SELECT name FROM pragma_table_info(?)", [.text(table)]
                ) { $0.string(0) ?? "" }
                let names = columns.map { held.columns[Self.letters($0)].map(PostgresName.quote) ?? "NULL" }
                let rows = try server.query(
                    "SELECT \(names.joined(separator: ", ")) FROM \(PostgresName.quote(held.name))")
                let marks = columns.map { _ in "?" }.joined(separator: ", ")
                for row in 0..<rows.count {
                    try copy.run(
                        "INSERT INTO \(SQLiteName.quote(table)) VALUES (\(marks))",
                        columns.indices.map { column in rows.text(row, column).map { .text($0) } ?? .null })
                }
            }
        }
    }

    /// The server's tables and their columns, by the letters of their names.
    private static func spellings(
        _ server: PostgresConnection
    ) throws -> [String: (name: String, columns: [String: String])] {
        let found = try server.query(
            """
            SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
            """)
        var tables: [String: (name: String, columns: [String: String])] = [:]
        for row in 0..<found.count {
            let (table, column) = (found.text(row, 0) ?? "", found.text(row, 1) ?? "")
            tables[letters(table), default: (table, [:])].columns[letters(column)] = column
        }
        return tables
    }

    /// `Order Details` and `order_details` as `orderdetails`.
    private static func letters(_ name: String) -> String { name.lowercased().filter(\.isLetter) }

    /// Copies the services' tables from the server into files, where one query sees both sides.
    private func copyStores() throws {
        for service in services {
            // A copy of an earlier comparison may be there.
            if FileManager.default.fileExists(atPath: store(service)) {
                try FileManager.default.removeItem(atPath: store(service))
            }
            let copy = try SQLiteConnection(path: store(service), access: .create)
            try copy.execute(try SharedData.example("\(example)/\(service).sql"))
            let server = try PostgresConnection(
                try PostgresAddress(addresses[service] ?? ""), application: "comparison")
            try copy.immediate {
                for table in try server.query(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
                ).texts(0) {
                    let rows = try server.query("SELECT * FROM \(PostgresName.quote(table))")
                    let marks = (0..<rows.columns).map { _ in "?" }.joined(separator: ", ")
                    for row in 0..<rows.count {
                        try copy.run(
                            "INSERT INTO \(SQLiteName.quote(table)) VALUES (\(marks))",
                            (0..<rows.columns).map { column in
                                switch rows.text(row, column) {
                                case nil: .null
                                case "t" where rows.isBool(column): .integer(1)
                                case "f" where rows.isBool(column): .integer(0)
                                case let text?: .text(text)
                                }
                            })
                    }
                }
            }
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

    /// The same, while an engine runs: where positions go on by others' writes, only a running engine says
    /// that nothing came up to them.
    func verdictsBesideAnEngine() throws -> [(context: String, verdict: CertificateVerdict, report: String)] {
        let engine = try MigrationEngine(plan: try plan())
        let work = TestWork { _ = try engine.run(until: .forever) }
        defer { engine.stop() }
        let verdicts = try verdicts()
        engine.stop()
        try work.join()
        return verdicts
    }

    /// Takes everything of Banyan's out of the legacy system; returns the names of what was removed.
    func removeCapture() throws -> [String] { try Systems(try plan()).removeCapture(from: legacyName) }

    /// Rows of a query on a service's store or, without a service, on legacy.
    func rows(_ sql: String, on service: String? = nil) throws -> [[String]] {
        if let service, let address = addresses[service] {
            let found = try PostgresConnection(try PostgresAddress(address), application: "look").query(sql)
            return (0..<found.count).map { row in
                (0..<found.columns).map { found.text(row, $0) ?? "NULL" }
            }
        }
        let connection = try SQLiteConnection(path: service.map(store) ?? legacy, access: .readOnly)
        return try connection.rows(sql) { row in (0..<row.columnCount).map { row.string($0) ?? "NULL" } }
    }

    /// What is set aside, by context.
    func quarantine(_ status: MigrationStatus) -> [String: [String: Int]] {
        Dictionary(uniqueKeysWithValues: status.contexts.map { ($0.name, $0.quarantine) })
            .filter { !$0.value.isEmpty }
    }
}
