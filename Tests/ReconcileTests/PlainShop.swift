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

/// A migration whose aggregate holds columns of legacy as they are, which both sides can digest.
final class PlainShop {
    private let scratch: TemporaryFolder
    let legacy: String
    let service: String

    private static let columns = """
        name TEXT NOT NULL, other TEXT, price NUMERIC(12,2), size REAL, body BLOB
        """

    /// - Parameters:
    ///   - rows: A query for the rows of legacy.
    ///   - key: The type of the service's key.
    init(rows: String, key: String = "INTEGER") throws {
        scratch = try TemporaryFolder("digests", isInMemory: true)
        (legacy, service) = (scratch.file("legacy.db"), scratch.file("service.db"))
        try run(
            "CREATE TABLE item (no INTEGER PRIMARY KEY, \(Self.columns)); INSERT INTO item \(rows)",
            on: legacy)
        try run("CREATE TABLE thing (no \(key) PRIMARY KEY, \(Self.columns))", on: service)
        try Self.plan.write(toFile: scratch.file("plan.yaml"), atomically: true, encoding: .utf8)
        try catchUp()
    }

    func run(_ sql: String, on path: String) throws {
        try SQLiteConnection(path: path, access: .create).execute(sql)
    }

    private func plan() throws -> CheckedPlan {
        let loaded = PlanLoader.load(path: scratch.file("plan.yaml"), environment: [:])
        guard let declarations = loaded.declarations else {
            throw Workshop.Refused(description: "\(loaded.diagnostics)")
        }
        let systems = Systems(
            [
                SystemDeclaration(name: "legacy", connector: .sqlite(path: legacy)),
                SystemDeclaration(name: "service", connector: .sqlite(path: service)),
            ], migration: "plain")
        var catalogs: [String: Catalog] = [:]
        for name in ["legacy", "service"] { catalogs[name] = try systems.catalog(of: name) }
        let checked = PlanChecker.check(declarations, catalogs: catalogs)
        guard let plan = checked.plan else { throw Workshop.Refused(description: "\(checked.diagnostics)") }
        return plan
    }

    func catchUp() throws { _ = try MigrationEngine(plan: try plan()).run(until: .caughtUp) }

    /// Compares everything, by digests where that can be, or row by row.
    ///
    /// - Parameter meanwhile: Happens each time legacy has been digested, and is applied before the service
    ///   is.
    func compare(
        byDigest: Bool, meanwhile: @escaping () throws -> Void = {}
    ) throws -> (report: EqualityReport, chunks: Int) {
        let plan = try plan()
        guard let context = plan.contexts.first else { throw Workshop.Refused(description: "no context") }
        let counted = CountedRanges(try SQLiteRangeReader(path: legacy), meanwhile)
        let log = try EmbeddedLog(path: plan.log.folder + "/\(context.legacy).log")
        let pass = try EqualityPass(
            context: context, store: try SQLiteTarget(path: service, name: "service"),
            ranges: byDigest ? counted : RowsOnly(counted), log: try log.observer(),
            around: EqualityPass.Surroundings(waitUntilApplied: { _ in try self.catchUp() }, pause: {}))
        return (try pass.run(), counted.chunks)
    }

    private static let plan = """
        migration: plain
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          shop:
            from: legacy
            into: service
            reads:
              i: { table: item, root: true }
            aggregates:
              thing:
                root: i
                identity: { natural: [i.no] }
                table: thing
                facts:
                  all: { no: i.no, name: i.name, other: i.other, price: i.price, size: i.size, body: i.body }

        """
}

/// Counts the chunks that are read, and lets something happen after each digest.
private final class CountedRanges: RangeDigester {
    private let ranges: any RangeDigester
    private let meanwhile: () throws -> Void
    private(set) var chunks = 0

    init(_ ranges: any RangeDigester, _ meanwhile: @escaping () throws -> Void) {
        self.ranges = ranges
        self.meanwhile = meanwhile
    }

    func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        chunks += 1
        return try ranges.chunk(of: table, after: key, limit: limit)
    }

    func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws -> RangeChunk {
        chunks += 1
        return try ranges.chunk(of: table, after: key, through: end, limit: limit)
    }

    func digestForm(of table: String, columns: [String]) throws -> String? {
        try ranges.digestForm(of: table, columns: columns)
    }

    func digests(of table: String, columns: [String], after: Int64?, rows: Int) throws -> DigestView? {
        let view = try ranges.digests(of: table, columns: columns, after: after, rows: rows)
        try meanwhile()
        return view
    }

    func estimatedRows(of table: String) throws -> Int { try ranges.estimatedRows(of: table) }
}

/// Reads rows and digests nothing.
private final class RowsOnly: RangeReader {
    private let ranges: any RangeReader

    init(_ ranges: any RangeReader) {
        self.ranges = ranges
    }

    func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        try ranges.chunk(of: table, after: key, limit: limit)
    }

    func estimatedRows(of table: String) throws -> Int { try ranges.estimatedRows(of: table) }
}
