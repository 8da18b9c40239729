import Foundation
import Migration
import Model
import Plan
import SQLite
import TestKit

/// A folder with a plan, a legacy database and a service store, made for one test and removed after it.
final class Journey {
    let folder: String
    private let scratch: TemporaryFolder

    init() throws {
        scratch = try TemporaryFolder()
        folder = scratch.path
    }

    /// With the tables of `customers`, and these rows in legacy.
    convenience init(withCustomers rows: String) throws {
        try self.init()
        try run(
            sql:
                "CREATE TABLE cust (no INTEGER PRIMARY KEY, nm TEXT NOT NULL); INSERT INTO cust VALUES \(rows)",
            on: legacy)
        try run(
            sql: "CREATE TABLE customer (number INTEGER PRIMARY KEY, name TEXT NOT NULL)", on: service)
    }

    /// A plan of one table, `cust`, and one aggregate, `customer`, that copies it.
    static let customers = """
        migration: shop
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          customers:
            owner: sales
            approvers: [sales-lead]
            from: legacy
            into: service
            reads:
              c: { table: cust, root: true }
            aggregates:
              customer:
                root: c
                identity: { natural: [c.no] }
                table: customer
                facts: { all: { number: c.no, name: c.nm } }
        """

    var legacy: String { folder + "/legacy.db" }
    var service: String { folder + "/service.db" }

    func write(plan: String) throws {
        try plan.write(toFile: folder + "/plan.yaml", atomically: true, encoding: .utf8)
    }

    func run(sql: String, on path: String) throws {
        let connection = try SQLiteConnection(path: path, access: .create)
        try connection.execute(sql)
    }

    /// The plan, checked against both databases; fails with everything that the checker says.
    func plan() throws -> CheckedPlan {
        let loaded = PlanLoader.load(path: folder + "/plan.yaml", environment: [:])
        guard let declarations = loaded.declarations else { throw Refused(diagnostics: loaded.diagnostics) }
        let systems = Systems(
            declarations.systems.map(SystemDeclaration.init(text:)), migration: declarations.migration.value)
        var catalogs: [String: Catalog] = [:]
        for system in declarations.systems {
            catalogs[system.name.value] = try systems.catalog(of: system.name.value)
        }
        let checked = PlanChecker.check(declarations, catalogs: catalogs)
        guard let plan = checked.plan else { throw Refused(diagnostics: checked.diagnostics) }
        return plan
    }

    /// Runs the engine until everything is applied.
    @discardableResult
    func catchUp() throws -> MigrationStatus {
        try MigrationEngine(plan: try plan()).run(until: .caughtUp)
    }

    func rows(_ sql: String, on path: String) throws -> [[String]] {
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        return try connection.rows(sql) { row in (0..<row.columnCount).map { row.string($0) ?? "NULL" } }
    }

    struct Refused: Error, CustomStringConvertible {
        let diagnostics: [PlanDiagnostic]
        var description: String {
            diagnostics.map {
                "\($0.location): \($0.code): \($0.message) \($0.found ?? "") \($0.expected ?? "") \($0.hint ?? "")"
            }
            .joined(separator: "\n")
        }
    }
}
