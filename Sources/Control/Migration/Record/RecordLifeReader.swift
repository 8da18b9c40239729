import Apply
import ChangeLog
import Foundation
import Model
public import Plan
import Translate

/// Reads the lives of the records that a key means: from the log, the service's store and the plan.
public struct RecordLifeReader: Sendable {
    private let plan: CheckedPlan
    private let systems: Systems

    /// A reader for a plan.
    public init(plan: CheckedPlan) {
        self.plan = plan
        systems = Systems(plan)
    }

    /// The lives of every record that the key means in these contexts.
    ///
    /// - Parameters:
    ///   - text: A legacy key, a natural key or a service key: values joined by `/`.
    ///   - contexts: Where to look.
    ///   - aggregate: The aggregate to look at; nil for all.
    public func lives(of text: String, in contexts: [CheckedContext], aggregate: String? = nil) throws
        -> [RecordLife]
    {
        var lives: [RecordLife] = []
        for context in contexts {
            guard let store = try systems.preparedTarget(context.service) else { continue }
            for candidate in context.aggregates where aggregate == nil || candidate.name == aggregate {
                let finder = RecordFinder(context: context, aggregate: candidate, store: store)
                for found in try finder.find(text) {
                    if let life = try life(of: found, finder) { lives.append(life) }
                }
            }
        }
        return lives
    }

    private func life(of found: RecordFinder.Found, _ finder: RecordFinder) throws -> RecordLife? {
        let (context, aggregate, store) = (finder.context, finder.aggregate, finder.store)
        let sources = try sources(of: found.legacyKey, finder)
        var life = RecordLife(
            context: context.name, aggregate: aggregate.name, table: aggregate.table.name,
            legacyTable: context.reads[aggregate.root].table.name, legacyKey: found.legacyKey.display,
            naturalKey: found.naturalKey?.display, serviceKey: found.serviceKey?.display, outcome: "unknown",
            appliedMapping: try store.ledger(of: context.name)?.mapping, planMapping: context.digest)
        try readLog(into: &life, found, finder, sources)
        let hasRoot = sources.map { !$0.rows[aggregate.root].isEmpty } ?? false
        guard found.isKnown || hasRoot || !life.changes.isEmpty else { return nil }
        life.quarantine = try finder.quarantine(of: found.legacyKey)
        life.waitsFor = try finder.pending(of: found.legacyKey)
        let demand = MappedRecord(context: context, aggregate: aggregate, sources: sources)
        life.outcome = demand.words
        try readService(into: &life, found, finder, demand)
        if let key = found.serviceKey { life.events = try events(of: key, finder) }
        return life
    }

    /// The present rows of the record, where the store keeps copies of them.
    private func sources(of key: Key, _ finder: RecordFinder) throws -> AggregateSources? {
        guard !finder.aggregate.isSingleRow else { return nil }
        return try MirrorTables(context: finder.context, store: finder.store)
            .sources(of: finder.aggregate, legacyKeys: [key])
    }

    private func readLog(
        into life: inout RecordLife, _ found: RecordFinder.Found, _ finder: RecordFinder,
        _ sources: AggregateSources?
    ) throws {
        let path = plan.log.folder + "/\(finder.context.legacy).log"
        guard FileManager.default.fileExists(atPath: path) else { return }
        let reader = try EmbeddedLog(path: path).observer()
        var changes = RecordChanges(
            context: finder.context, aggregate: finder.aggregate, rootKey: found.legacyKey, sources: sources)
        life.trimmedThrough = try reader.base()
        var offset = life.trimmedThrough
        while true {
            let records = try reader.records(after: offset, byteLimit: 8 << 20)
            guard let last = records.last else { break }
            for record in records { changes.read(record) }
            offset = last.offset
        }
        life.changes = changes.found
    }

    private func readService(
        into life: inout RecordLife, _ found: RecordFinder.Found, _ finder: RecordFinder,
        _ demand: MappedRecord
    ) throws {
        let aggregate = finder.aggregate
        var held: [OwnedCell] = []
        if let key = found.serviceKey {
            held = try rows(of: aggregate.table, key, by: aggregate.table.key, finder.store).first ?? []
        }
        if !held.isEmpty || demand.isRow {
            life.fields = aggregate.fields.map {
                field($0, aggregate.table, held, demand.value(of: $0.column))
            }
        }
        guard let key = found.serviceKey else { return }
        for part in aggregate.parts {
            for row in try rows(of: part.table, key, by: part.parent, finder.store) {
                let fields = part.fields.map { field($0, part.table, row, nil) }
                life.parts.append(RecordLife.Part(name: part.name, table: part.table.name, fields: fields))
            }
        }
    }

    private func field(
        _ field: CheckedField, _ table: TableSchema, _ row: [OwnedCell], _ mapped: OwnedCell?
    ) -> RecordLife.Field {
        RecordLife.Field(
            name: table.columns[field.column].name, fact: field.fact,
            value: field.column < row.count ? row[field.column] : nil, mapped: mapped,
            expression: field.expression.text, location: field.expression.location, because: field.because)
    }

    private func rows(
        of table: TableSchema, _ key: Key, by columns: [Int], _ store: any TargetStore
    ) throws -> [[OwnedCell]] {
        var wanted = RowBuffer(columns: columns.count)
        wanted.append(key.bytes)
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        let found = try store.fetch(wanted, by: columns, access).rows
        return (0..<found.count).map { found.cells(of: $0) }
    }

    private func events(of key: Key, _ finder: RecordFinder) throws -> [OutboxEvent] {
        let table = OwnedTables.outbox
        var wanted = RowBuffer(columns: 2)
        wanted.beginRow()
        RowWriter.text(finder.aggregate.name, &wanted.bytes)
        RowWriter.text(key.display, &wanted.bytes)
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        let rows = try finder.store.fetch(wanted, by: [2, 3], access).rows
        return (0..<rows.count).map { row in
            let cells = rows.cells(of: row)
            return OutboxEvent(
                sequence: cells[0].integer, id: cells[1].text ?? "", aggregateType: cells[2].text ?? "",
                aggregateID: cells[3].text ?? "", type: cells[4].text ?? "", payload: cells[5].text ?? "null",
                timestamp: cells[6].isNull ? nil : cells[6].integer,
                position: Position(UInt64(bitPattern: cells[7].integer)), isHistorical: cells[8].integer != 0)
        }
    }
}
