import ChangeLog
import Model
import Plan
import SQLiteConnector
import TestKit

@testable import Apply

/// A legacy system, a store and an applier between them.
final class Bench {
    struct Refused: Error, CustomStringConvertible {
        var description: String
    }

    let legacy: Legacy
    let store: any ServiceStore
    private(set) var scene: Scene
    private(set) var context: CheckedContext
    private(set) var applier: ContextApplier
    private(set) var entry: LedgerEntry

    init(_ scene: Scene, on kind: StoreKind) throws {
        self.scene = scene
        legacy = Legacy(scene.legacy)
        store = try kind.make()
        for table in scene.service { try store.create(table) }
        context = try scene.check(scene.plan)
        applier = try ContextApplier(
            context: context, mapping: "m1", store: try store.open(), scratch: SQLiteTarget.temporary)
        entry = try applier.open()
    }

    /// A new process with a connection of its own takes over; perhaps under another plan.
    func restart(plan: String? = nil) throws {
        if let plan { context = try scene.check(plan) }
        applier = try ContextApplier(
            context: context, mapping: plan == nil ? "m1" : "m2", store: try store.open(),
            scratch: SQLiteTarget.temporary)
        entry = try applier.open()
    }

    /// A new process takes over whose plan is checked against the tables as they are now.
    func restartWithTheTablesAsTheyAre(plan: String? = nil) throws {
        scene.legacy = legacy.schemas
        let digest = context.digest
        context = try scene.check(plan ?? scene.plan)
        applier = try ContextApplier(
            context: context, mapping: context.digest == digest ? "m1" : "m2", store: try store.open(),
            scratch: SQLiteTarget.temporary)
        entry = try applier.open()
    }

    /// The records behind an offset, at most so many, that end at a transaction's end.
    func records(after offset: LogOffset, limit: Int = .max) -> [LogRecord] {
        var assembly = RecordAssembly()
        for record in legacy.log.dropFirst(Int(offset.value)) {
            assembly.add(record)
            if assembly.ready.count >= limit { break }
        }
        return assembly.ready
    }

    /// Applies what the log holds, so many records in a transaction of the store.
    func catchUp(_ limit: Int = .max) throws {
        while true {
            let next = records(after: entry.offset, limit: limit)
            if next.isEmpty { return }
            entry = try applier.apply(next, from: entry)
        }
    }

    /// Applies what the log holds as a driver does that holds so many bytes of a transaction at the most.
    func catchUp(held: Int, rootsAtATime: Int = 1_000) throws {
        let log = BenchLog(legacy.log)
        var assembly = RecordAssembly(after: entry.offset, most: held)
        while true {
            for record in legacy.log.dropFirst(Int(assembly.last.value)) where assembly.takesMore {
                assembly.add(record)
            }
            switch assembly.take() {
            case .records(let records): entry = try applier.apply(records, from: entry)
            case .large(let large):
                applier.rootsAtATime = rootsAtATime
                entry = try applier.apply(large, of: log, from: entry)
            case nil: return
            }
        }
    }

    /// Applies what was prepared before.
    func apply(_ prepared: PreparedRecords) throws {
        if !prepared.records.isEmpty { entry = try applier.apply(prepared, from: entry) }
    }

    /// Applies the next records, so many.
    func step(_ limit: Int) throws {
        entry = try applier.apply(records(after: entry.offset, limit: limit), from: entry)
    }

    /// Goes on from where the ledger stands, as a driver does after a lost answer.
    func settle() throws {
        if let found = try applier.ledger() { entry = found }
    }

    /// Commits one transaction in legacy and applies it.
    func live(_ body: (Legacy) -> Void) throws {
        legacy.commit(body)
        try catchUp()
    }

    func replay(latestOnly: Bool = false) throws -> (tried: Int, freed: Int) {
        try applier.replayQuarantine(where: { _ in true }, latestOnly: latestOnly, from: entry)
    }

    /// The rows of a table of the store, as people read them.
    func rows(_ table: TableSchema, _ names: [String]? = nil) throws -> [[String]] {
        let columns = names.map { $0.compactMap { table.index(of: $0) } } ?? Array(table.columns.indices)
        let found = try store.open().scan(TableAccess(table: table, columns: columns, key: table.key))
        return (0..<found.count).map { found.cells(of: $0).map { $0.text ?? "NULL" } }
    }

    func rows(_ name: String, _ names: [String]? = nil) throws -> [[String]] {
        guard let table = scene.service.first(where: { $0.name == name }) else {
            throw Refused(description: "no table \(name)")
        }
        return try rows(table, names)
    }

    /// The events as `type key`, in order.
    func events() throws -> [String] {
        try rows(OwnedTables.outbox, ["type", "payload"]).map { $0[0] }
    }

    /// The reasons of what is set aside, in key and entry order.
    func quarantine() throws -> [String] {
        try applier.quarantineEntries().map { "\($0.displayKey):\($0.reason)" }
    }

    /// Everything that must be the same however often and in whatever portions the log is applied.
    func state() throws -> [String: [[String]]] {
        var state: [String: [[String]]] = [:]
        for table in scene.service { state[table.name] = try rows(table) }
        for table in [
            OwnedTables.crossReference, OwnedTables.pending, OwnedTables.history, OwnedTables.outbox,
        ] {
            state[table.name] = try rows(table)
        }
        state["quarantine"] = try applier.quarantineEntries().map {
            ["\($0.displayKey)", "\($0.entry)", $0.reason, "\($0.position)", $0.operation]
        }
        return state
    }
}
