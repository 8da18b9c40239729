import ChangeLog
import CrashPoints
import Guards
import Model
import Plan
import Translate

/// Brings one kind of aggregate in the target to the state that a step of changes demands.
final class AggregateApplier {
    let aggregate: CheckedAggregate
    let store: any TargetStore
    let translator: AggregateTranslator
    let access: TableAccess
    let parts: [PartWriter]
    let events: EventDeriver
    let references: CrossReferences?
    let quarantine: Quarantine
    let context: CheckedContext
    /// What the target durably says about keys, plus what the open transaction has changed.
    var book = KeyBook()
    /// The same without what the open transaction has changed.
    var durableBook = KeyBook()
    private let index: Int
    /// The straight way for aggregates that stand alone; nil where these do not.
    private let plain: PlainTranslator?
    /// Where the history of all the aggregate's tables ends, nil while it is not complete; and the tables
    /// whose history is being read anew.
    let readHistory: () throws -> (end: Position?, anew: [String])

    init(
        context: CheckedContext, index: Int, mapping: String, store: any TargetStore,
        readHistory: @escaping ([String]) throws -> (end: Position?, anew: [String])
    ) {
        self.context = context
        self.store = store
        aggregate = context.aggregates[index]
        self.index = index
        plain = PlainTranslator(context: context, index: index)
        translator = AggregateTranslator(context: context, aggregate: aggregate)
        access = TableAccess(table: aggregate.table, columns: translator.columns, key: aggregate.table.key)
        parts = zip(aggregate.parts, translator.partColumns).map {
            PartWriter(part: $0, columns: $1, store: store)
        }
        events = EventDeriver(context: context, aggregateIndex: index, columns: translator.columns)
        quarantine = Quarantine(context: context.name, mapping: mapping, store: store)
        let tables = aggregate.uses.map { context.reads[$0].table.name }
        self.readHistory = { try readHistory(tables) }
        references =
            KeyDependence.needsCrossReference(context.aggregates[index], reads: context.reads)
            ? CrossReferences(context: context.name, aggregate: aggregate.name, store: store) : nil
    }

    /// The table of the root rows.
    var rootTable: TableSchema { context.reads[aggregate.root].table }

    /// The legacy tables that the aggregate is made of.
    var tables: [String] { aggregate.uses.map { context.reads[$0].table.name } }

    /// Reads again what the target says about keys.
    func load(_ entries: [QuarantineEntry], pending: [Key]) {
        let born = durableBook.born
        book = KeyBook()
        book.born = born
        for entry in entries where entry.aggregate == aggregate.name { note(entry) }
        book.pending = Set(pending)
        durableBook = book
    }

    /// Notes what is set aside, and which natural key its row has, where that matters.
    func note(_ entry: QuarantineEntry) {
        book.note(entry)
        guard references != nil, !events.isEmpty, let image = entry.after,
            let natural = translator.naturalKey(ofRoot: image[...])
        else { return }
        book.want(natural, by: entry.legacyKey)
    }

    /// The open transaction is durable.
    func committed() {
        book.untold = [:]
        durableBook = book
    }

    /// The open transaction is gone.
    func rolledBack() { book = durableBook }

    /// Applies one step.
    func apply(
        _ group: ChangeGroup, mirrors: MirrorTables, history: HistoryBook, knownRoots: Set<Key>,
        counts: inout ApplyCounts
    ) throws {
        if try applyPlainly(group, counts: &counts) { return }
        if !group.parts.isEmpty { return try applyParts(group, mirrors: mirrors, counts: &counts) }
        let roots: RootRows
        if aggregate.isSingleRow {
            roots = RootRows(group, table: rootTable)
        } else {
            let keys = try mirrors.roots(of: aggregate, touchedBy: group)
            roots = RootRows(keys: keys, group: group, table: rootTable)
        }
        try apply(
            group, to: roots, mirrors: mirrors, history: history, knownRoots: knownRoots, counts: &counts)
    }

    /// Applies what a group did to these roots.
    ///
    /// - Parameter isOfMany: Whether other steps of the same transaction stand beside this one.
    func apply(
        _ group: ChangeGroup, to roots: RootRows, isOfMany: Bool = false, mirrors: MirrorTables,
        history: HistoryBook, knownRoots: Set<Key>, counts: inout ApplyCounts
    ) throws {
        if roots.keys.isEmpty { return }
        book.untold = [:]
        var step = AggregateStep(
            group: group, roots: roots, hasHistory: history.holds(tables), knownRoots: knownRoots)
        step.hasOtherHistory = history.holds(tables.filter { $0 != rootTable.name })
        step.isReadAnew = history.anew.contains(rootTable.name)
        step.isOfMany = isOfMany
        noteBorn(step)
        try setAsideWhatWaits(&step, counts: &counts)
        try run(step, mirrors: mirrors, counts: &counts)
    }

    /// Writes a step's rows the straight way where they stand alone.
    ///
    /// - Returns: False when any of them needs a closer look; nothing was written then.
    private func applyPlainly(_ group: ChangeGroup, counts: inout ApplyCounts) throws -> Bool {
        guard let plain, book.pending.isEmpty else { return false }
        let translated = group.translated.isEmpty ? plain.rows(of: group) : group.translated[index]
        guard let translated, !translated.mayTouch(book.quarantined) else { return false }
        if translated.isEmpty { return true }
        try crashPoint(.applyTranslated, as: TargetError.self)
        do {
            try store.savepoint {
                if !translated.gone.isEmpty { try store.delete(translated.gone, access) }
                if translated.rows.isEmpty { return }
                let refusals = try store.upsert(translated.rows, access)
                if !refusals.isEmpty { throw RowsRefused(refusals: refusals) }
            }
        } catch is RowsRefused {
            return false
        }
        counts.written += translated.rows.count
        counts.removed += translated.gone.count
        return true
    }

    private func noteBorn(_ step: AggregateStep) {
        if !needsBirths || step.group.isHistorical { return }
        if step.hasHistory {
            book.born = []
            return
        }
        for index in step.roots.keys.indices where step.isInsert(index) {
            book.born.insert(step.roots.keys[index])
        }
    }

    /// Whether it matters which roots came into being while history was being read.
    var needsBirths: Bool { !events.isEmpty && !aggregate.isSingleRow }

    /// Translates the step's roots and writes what becomes of them, then what waited for something that they
    /// gave up.
    func run(_ step: AggregateStep, mirrors: MirrorTables, counts: inout ApplyCounts) throws {
        let vacated = try runAlone(step, mirrors: mirrors, counts: &counts)
        try release(vacated, like: step.group, mirrors: mirrors, counts: &counts)
        book.untold = [:]
    }

    /// The step without what it may set free.
    ///
    /// - Returns: The claims that its aggregates held before and that somebody waits for.
    func runAlone(_ step: AggregateStep, mirrors: MirrorTables, counts: inout ApplyCounts) throws -> [Claim] {
        var step = step
        var set = translator.makeSet()
        try translate(step, mirrors: mirrors, into: &set)
        try crashPoint(.applyTranslated, as: TargetError.self)
        if set.items.contains(where: { $0.unsent != nil }) {
            try resolve(&step, set)
            try completeUnsent(step, &set)
        }
        try resolve(&step, set)
        try write(step, set, counts: &counts)
        if book.waiting.isEmpty { return [] }
        return step.previous.compactMap(\.self).flatMap(claims).filter { book.waiting[$0.stored] != nil }
    }

    func translate(_ step: AggregateStep, mirrors: MirrorTables, into set: inout TranslationSet)
        throws
    {
        if !aggregate.isSingleRow {
            translator.translate(
                try mirrors.sources(of: aggregate, legacyKeys: step.active.map { step.roots.keys[$0] }),
                into: &set)
            return
        }
        unsafe step.roots.arena.withUnsafeBytes { arena in
            // The arena belongs to the step, which outlives this call.
            let rows = step.active.map { (legacyKey: step.roots.keys[$0], image: step.roots.images[$0]) }
            // What stands for history is applied without regard to what the target held before.
            unsafe translator.translate(
                rows: rows, arena: arena, keepsUnsent: !step.group.isHistorical, into: &set)
        }
    }

    /// Changes of a key that is set aside wait behind it, in order.
    private func setAsideWhatWaits(_ step: inout AggregateStep, counts: inout ApplyCounts) throws {
        if book.quarantined.isEmpty || !Guard.quarantineKeepsOrder.holds {
            step.active = Array(step.roots.keys.indices)
            return
        }
        let isUnsure = mayTakeOver(step)
        var waiting: [QuarantineEntry] = []
        for (index, key) in step.roots.keys.enumerated() {
            if book.quarantined[key] == nil {
                step.active.append(index)
            } else {
                let failure = TranslationFailure(
                    reason: "waits", message: "behind an earlier change of the same key")
                waiting.append(entry(step, index, failure, isUnsure: isUnsure))
            }
        }
        try quarantine.append(waiting)
        counts.quarantined += waiting.count
    }

    /// The quarantine entry for one root of a step; numbers it.
    ///
    /// - Parameter isUnsure: Whether what came into being here may have taken over what was there all along:
    ///   applied later, and alone, it would look like a birth.
    func entry(
        _ step: AggregateStep, _ index: Int, _ failure: TranslationFailure, naturalKey: Key? = nil,
        isUnsure: Bool = false
    ) -> QuarantineEntry {
        let key = step.roots.keys[index]
        var cause = step.roots.cause(at: index, columns: rootTable.columns.count)
        if isUnsure {
            book.born.remove(key)
            if cause.operation == "insert" || cause.isInsert, cause.after != nil {
                cause.operation = "replace"
            }
        }
        let origin = step.origin(of: index)
        let entry = QuarantineEntry(
            context: context.name, aggregate: aggregate.name, legacyKey: key,
            entry: book.quarantined[key] ?? 1, offset: origin.offset, position: origin.position,
            ordinal: cause.ordinal, table: rootTable.name, operation: cause.operation,
            before: cause.before, after: cause.after, isHistorical: step.group.isHistorical,
            reason: failure.reason, message: failure.message, naturalKey: naturalKey,
            columns: rootTable.columns.map(\.name))
        note(entry)
        return entry
    }
}

/// Rows that the schema refused: undoes the savepoint around the write.
struct RowsRefused: Error {
    let refusals: [RowRefusal]
}
