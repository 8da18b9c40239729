import Apply
import Capture
import ChangeLog
import Foundation
import Migration
import Model
import Plan
import Reconcile
import SQLite
import SQLiteConnector
import TestKit

/// A small migration on real files: customers that stand alone, orders with lines that join them.
final class Workshop {
    struct Refused: Error, CustomStringConvertible {
        var description: String
    }

    private let scratch: TemporaryFolder
    var legacy: String { scratch.file("legacy.db") }
    var service: String { scratch.file("service.db") }

    /// - Parameter totals: Lines of the plan below `totals:`.
    init(totals: [String] = []) throws {
        scratch = try TemporaryFolder("reconcile", isInMemory: true)
        try run(
            """
            CREATE TABLE cust (no INTEGER PRIMARY KEY, nm TEXT NOT NULL, kd TEXT);
            CREATE TABLE ord (ono INTEGER PRIMARY KEY, no INTEGER, note TEXT);
            CREATE TABLE line (lno INTEGER PRIMARY KEY, ono INTEGER, qty INTEGER);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
            INSERT INTO cust SELECT i, 'name ' || i, CASE i % 2 WHEN 0 THEN 'P' ELSE 'B' END FROM n;
            INSERT INTO ord SELECT no, no, 'order ' || no FROM cust WHERE no <= 20;
            INSERT INTO line SELECT no * 10 + 1, no, no FROM cust WHERE no <= 20;
            INSERT INTO line SELECT no * 10 + 2, no, 7 FROM cust WHERE no <= 20;
            """, on: legacy)
        try run(
            """
            CREATE TABLE customer (number INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL);
            CREATE TABLE orders (
                id TEXT PRIMARY KEY, number INTEGER NOT NULL, customer TEXT NOT NULL, note TEXT);
            CREATE TABLE order_line (
                order_id TEXT NOT NULL, no INTEGER NOT NULL, quantity INTEGER, PRIMARY KEY (order_id, no));
            """, on: service)
        var plan = Self.plan
        if !totals.isEmpty {
            plan += "    reconcile:\n      totals:\n" + totals.map { "        \($0)\n" }.joined()
        }
        try plan.write(toFile: scratch.file("plan.yaml"), atomically: true, encoding: .utf8)
        try catchUp()
    }

    func run(_ sql: String, on path: String) throws {
        try SQLiteConnection(path: path, access: .create).execute(sql)
    }

    func plan() throws -> CheckedPlan {
        let loaded = PlanLoader.load(path: scratch.file("plan.yaml"), environment: [:])
        guard let declarations = loaded.declarations else {
            throw Refused(description: "\(loaded.diagnostics)")
        }
        let systems = Systems(
            [
                SystemDeclaration(name: "legacy", connector: .sqlite(path: legacy)),
                SystemDeclaration(name: "service", connector: .sqlite(path: service)),
            ], migration: "workshop")
        var catalogs: [String: Catalog] = [:]
        for name in ["legacy", "service"] { catalogs[name] = try systems.catalog(of: name) }
        let checked = PlanChecker.check(declarations, catalogs: catalogs)
        guard let plan = checked.plan else { throw Refused(description: "\(checked.diagnostics)") }
        return plan
    }

    /// Runs the engine until everything is applied.
    func catchUp() throws {
        _ = try MigrationEngine(plan: try plan()).run(until: .caughtUp)
    }

    /// Compares everything; `meanwhile` happens in legacy each time a chunk has been read, and is applied
    /// before the comparison.
    ///
    /// - Parameter unseen: Transactions of legacy that no chunk shows, and that were under way before.
    func compare(unseen: Set<UInt64> = [], meanwhile: @escaping (String) throws -> Void = { _ in }) throws
        -> EqualityReport
    {
        let plan = try plan()
        guard let context = plan.contexts.first else { throw Refused(description: "no context") }
        let ranges = DisturbedRanges(try SQLiteRangeReader(path: legacy), unseen, meanwhile)
        let log = try EmbeddedLog(path: plan.log.folder + "/\(context.legacy).log")
        let pass = try EqualityPass(
            context: context, store: try SQLiteTarget(path: service, name: "service"), ranges: ranges,
            log: try log.observer(),
            around: EqualityPass.Surroundings(
                waitUntilApplied: { _ in if unseen.isEmpty { try self.catchUp() } }, pause: {}))
        return try pass.run()
    }

    private static let plan = """
        migration: shop
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          shop:
            owner: sales
            approvers: [sales-lead]
            from: legacy
            into: service
            reads:
              c: { table: cust, root: true }
              o: { table: ord, root: true }
              b: { table: cust, one: "b.no == o.no" }
              l: { table: line, many: "l.ono == o.ono" }
            codes:
              kind: { P: private, B: business, otherwise: quarantine }
            aggregates:
              customer:
                root: c
                identity: { natural: [c.no] }
                table: customer
                facts:
                  profile:
                    number: c.no
                    name: c.nm
                    kind: code('kind', required(c.kd))
              orders:
                root: o
                identity: { natural: [o.ono], surrogate: id }
                table: orders
                facts:
                  all:
                    number: o.ono
                    customer: b.nm
                    note: o.note
                parts:
                  lines:
                    of: l
                    table: order_line
                    parent: order_id
                    key: [no]
                    fields:
                      no: l.lno
                      quantity: l.qty

        """
}

/// Reads ranges, and lets something happen right after each.
final class DisturbedRanges: RangeReader, QueryReader {
    private let ranges: any RangeReader & QueryReader
    private let unseen: Set<UInt64>
    private let meanwhile: (String) throws -> Void

    init(
        _ ranges: any RangeReader & QueryReader, _ unseen: Set<UInt64>,
        _ meanwhile: @escaping (String) throws -> Void
    ) {
        self.ranges = ranges
        self.unseen = unseen
        self.meanwhile = meanwhile
    }

    func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        var chunk = try ranges.chunk(of: table, after: key, limit: limit)
        chunk.unseen = unseen
        try meanwhile(table)
        return chunk
    }

    func view(of query: String) throws -> QueryView {
        var view = try ranges.view(of: query)
        view.unseen = unseen
        try meanwhile("total")
        return view
    }

    func estimatedRows(of table: String) throws -> Int { try ranges.estimatedRows(of: table) }
}
