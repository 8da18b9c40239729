public import ChangeLog
import CrashPoints
import Guards
import Model
public import Plan

/// Applies the log to one context's service store, exactly once.
///
/// Everything of a batch — copies of legacy tables, cross-reference, aggregates, parts, outbox, quarantine,
/// ledger — is in one target transaction, and the ledger moves only if nobody else has taken the stream over.
/// So a batch applied twice has one effect, and a worker that lost the stream has none. One owner, one
/// thread.
public final class ContextApplier {
    /// The stream's name in the ledger: the context.
    public var stream: String { context.name }
    /// What has been applied since `open`.
    public internal(set) var counts = ApplyCounts()
    /// Keys that are set aside, over all aggregates.
    public var quarantinedKeys: Int { aggregates.reduce(0) { $0 + $1.book.quarantined.count } }
    /// Root rows that wait for a row that has not arrived.
    public var pendingKeys: Int { aggregates.reduce(0) { $0 + $1.book.pending.count } }

    let context: CheckedContext
    let mapping: String
    let store: any TargetStore
    let mirrors: MirrorTables
    let met: MetRows
    private(set) var aggregates: [AggregateApplier] = []
    private(set) var history: HistoryBook
    /// Whether the target may hold something else than what is remembered of it.
    private var isStale = false
    private let preparation: RecordPreparation
    /// Finds transactions that may be one step; nil where each must be a step of its own.
    let neighbours: Neighbours?
    /// Bytes of one transaction that are held when the log is read for something else than to apply it.
    var held = ApplyLimits().held
    /// How many roots of a large transaction are brought to their new state at a time.
    package var rootsAtATime = 1_000
    /// Opens a store for what need not outlive the process.
    let scratch: () throws -> any TargetStore
    /// The tables that the context reads.
    let shapes: ReadShapes

    /// Prepares the target's own tables for a context.
    ///
    /// - Parameters:
    ///   - context: What is applied.
    ///   - mapping: The mapping's version, for the ledger.
    ///   - store: The service store.
    ///   - scratch: Opens an empty store that goes away with its last reference: there stands what a
    ///     transaction
    ///     that is too large to be held does to each row.
    public init(
        context: CheckedContext, mapping: String, store: any TargetStore,
        scratch: @escaping () throws -> any TargetStore
    ) throws {
        self.context = context
        self.mapping = mapping
        self.store = store
        self.scratch = scratch
        try store.ensure(
            OwnedTables.crossReference, indexes: [OwnedTables.byNaturalKey, OwnedTables.byServiceKey])
        for table in OwnedTables.withoutIndexes {
            try store.ensure(table, indexes: [])
        }
        mirrors = try MirrorTables(context: context, store: store)
        met = MetRows(context: context.name, store: store)
        history = try HistoryBook(context: context.name, store: store)
        neighbours = Neighbours(context)
        shapes = ReadShapes(context)
        preparation = RecordPreparation(context, shapes: shapes)
        history.wanted = Set(shapes.byName.keys)
        aggregates = context.aggregates.indices.map { index in
            AggregateApplier(context: context, index: index, mapping: mapping, store: store) {
                [unowned self] tables in
                (end: try history.end(of: tables), anew: history.anew)
            }
        }
    }

    /// Takes the stream over under a new epoch and reads what the target durably holds.
    public func open() throws -> LedgerEntry {
        try crashPoint(.ledgerBeforeClaim, as: TargetError.self)
        let entry = try store.claim(stream)
        try crashPoint(.ledgerAfterClaim, as: TargetError.self)
        try reload()
        return entry
    }

    /// What the ledger says now.
    public func ledger() throws -> LedgerEntry? { try store.ledger(of: stream) }

    /// What the ledger says when no commit of an earlier connection is under way.
    func settledLedger() throws -> LedgerEntry? {
        guard Guard.lateCommitIsAwaited.holds else { return try ledger() }
        return try store.settledLedger(of: stream)
    }

    /// The legacy tables whose history is complete.
    public var completeTables: Set<String> {
        Set(history.tables.filter { $0.value.reading == .whole }.map(\.key))
    }

    /// Applies records that end at a transaction's end, in one target transaction.
    ///
    /// - Parameters:
    ///   - records: What follows `entry` in the log.
    ///   - entry: The ledger as this worker left it.
    /// - Returns: The ledger after the transaction.
    /// - Throws: `TargetError`; nothing was written unless its code is `ambiguous`.
    public func apply(_ records: [LogRecord], from entry: LedgerEntry) throws -> LedgerEntry {
        if records.isEmpty { return entry }
        return try apply(preparation.prepare(records, isAhead: false), from: entry)
    }

    /// Applies what was prepared, in one target transaction.
    func apply(_ prepared: PreparedRecords, from entry: LedgerEntry) throws -> LedgerEntry {
        let next = intended(prepared.records, from: entry)
        var done = ApplyCounts()
        try transaction(from: entry, to: next) { try apply(prepared.groups[...], counts: &done) }
        counts += done
        if prepared.isAhead { counts.ahead += 1 }
        return next
    }

    /// Something that prepares records before their turn, for whoever reads the log.
    func makePreparation() -> RecordPreparation { RecordPreparation(context, shapes: shapes) }

    /// Where the ledger will stand when these records have been applied.
    public func intended(_ records: [LogRecord], from entry: LedgerEntry) -> LedgerEntry {
        // A chunk stands in the log behind every change up to its high mark, so it moves the position as they
        // do.
        let positions = records.compactMap { $0.batch.chunk?.high ?? $0.batch.endPosition }
        let position = positions.max() ?? entry.position
        return LedgerEntry(
            epoch: entry.epoch, offset: records.last?.offset ?? entry.offset,
            position: max(position, entry.position),
            mapping: mapping)
    }

    /// Applies again what is set aside, in order per key.
    ///
    /// - Parameters:
    ///   - isWanted: Which keys to try.
    ///   - latestOnly: Take only the last state of each key, giving up what lay between.
    ///   - entry: The ledger as this worker left it.
    /// - Returns: How many keys were tried and how many are free again.
    public func replayQuarantine(
        where isWanted: (QuarantineEntry) -> Bool, latestOnly: Bool, from entry: LedgerEntry
    ) throws -> (tried: Int, freed: Int) {
        var done = ApplyCounts()
        var result = (tried: 0, freed: 0)
        try transaction(from: entry, to: entry) {
            for aggregate in aggregates {
                let entries = try aggregate.quarantine.entries()
                let keys = Set(
                    entries.filter { $0.aggregate == aggregate.aggregate.name && isWanted($0) }.map(
                        \.legacyKey))
                for key in keys.sorted() {
                    try aggregate.replay(
                        key, like: ChangeGroup(records: []), latestOnly: latestOnly, mirrors: mirrors,
                        counts: &done)
                }
                try aggregate.replayRings(
                    keys, like: ChangeGroup(records: []), latestOnly: latestOnly, mirrors: mirrors,
                    counts: &done)
                // The replay of one key may set another free that was tried before it.
                result.tried += keys.count
                result.freed += keys.count { aggregate.book.quarantined[$0] == nil }
            }
        }
        counts += done
        return result
    }

    /// What is set aside now.
    public func quarantineEntries() throws -> [QuarantineEntry] {
        try Quarantine(context: context.name, mapping: mapping, store: store).entries()
    }

    func transaction(from: LedgerEntry, to: LedgerEntry, _ body: () throws -> Void) throws {
        do {
            if isStale { try reload() }
            try store.begin()
            // First of all, so that whoever has lost the stream does nothing else.
            guard try store.advance(stream, from: from, to: to) || !Guard.fencedWorkerStops.holds else {
                throw TargetError(
                    .fenced,
                    "the ledger of \(stream) is no longer at epoch \(from.epoch), offset \(from.offset)",
                    hint: "another engine has taken the stream over; this one has stopped and changed nothing"
                )
            }
            if !Guard.ledgerInTransaction.holds {
                try store.commit()
                try store.begin()
            }
            try crashPoint(.ledgerMoved, as: TargetError.self)
            try body()
            try crashPoint(.applyBeforeCommit, as: TargetError.self)
            try store.commit()
            try crashPoint(.applyAfterCommit, as: TargetError.self)
        } catch {
            store.rollback()
            if Guard.gateReadsDurableState.holds {
                for aggregate in aggregates { aggregate.rolledBack() }
                // The commit may have taken effect although its answer was lost.
                isStale = true
            }
            throw error
        }
        for aggregate in aggregates { aggregate.committed() }
    }

    func apply(_ group: ChangeGroup, counts: inout ApplyCounts) throws {
        if group.isHistorical {
            counts.historicalRows += group.items.count
        } else {
            counts.changes += group.items.count
        }
        var known: [Set<Key>] = []
        for aggregate in aggregates { known.append(try knownRoots(aggregate, group)) }
        try mirrors.update(group)
        try crashPoint(.mirrorWritten, as: TargetError.self)
        for (aggregate, roots) in zip(aggregates, known) {
            try aggregate.apply(
                group, mirrors: mirrors, history: history, knownRoots: roots, counts: &counts)
        }
        try noteMet(group)
        guard let chunk = group.chunk else { return }
        try history.record(chunk)
        try followReading(group, counts: &counts)
        try crashPoint(.historyRecorded, as: TargetError.self)
    }

    /// Roots whose state before the group is in the target although history is still being read.
    func knownRoots(_ aggregate: AggregateApplier, _ group: ChangeGroup) throws -> Set<Key> {
        guard !aggregate.events.isEmpty, !group.isHistorical, !aggregate.aggregate.isSingleRow,
            !history.holds(aggregate.tables)
        else { return [] }
        let touched = try mirrors.roots(of: aggregate.aggregate, touchedBy: group)
        return try mirrors.present(touched, root: aggregate.aggregate.root)
    }

    /// The tables that were read anew are whole.
    func endReadingAnew() throws { try history.endReadingAnew() }

    /// Reads again what the target durably says about keys and history.
    func reload() throws {
        let entries = try quarantineEntries()
        let table = OwnedTables.pending
        let rows = try store.scan(
            TableAccess(table: table, columns: Array(table.columns.indices), key: table.key))
        var pending: [String: [Key]] = [:]
        for row in 0..<rows.count {
            let cells = rows.cells(of: row)
            guard cells.count == 4, cells[0].text == context.name, let name = cells[1].text else { continue }
            pending[name, default: []].append(Key(bytes: cells[2].bytes))
        }
        for aggregate in aggregates {
            aggregate.load(entries, pending: pending[aggregate.aggregate.name] ?? [])
        }
        try history.reload()
        isStale = false
    }
}
