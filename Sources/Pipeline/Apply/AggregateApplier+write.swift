import CEL
import CrashPoints
import Guards
import Model
import Plan
import Translate

extension AggregateApplier {
    /// Writes what was translated; what the schema refuses is set aside, and everything else is written
    /// without it.
    func write(_ step: AggregateStep, _ set: TranslationSet, counts: inout ApplyCounts) throws {
        var failures: [Int: TranslationFailure] = [:]
        for (index, item) in set.items.enumerated() {
            if case .failed(let failure) = item.outcome { failures[index] = failure }
        }
        var conflicts: [Int: Claim]
        while true {
            conflicts = self.conflicts(step, set, failed: Set(failures.keys))
            let writes = AggregateWrites(
                step: step, set: set, keyColumns: access.key.count,
                without: Set(failures.keys).union(conflicts.keys))
            do {
                let written = try store.savepoint { try perform(writes, step, set) }
                counts += written
                break
            } catch let refused as ItemsRefused {
                failures.merge(refused.failures) { first, _ in first }
            }
        }
        for index in conflicts.keys {
            failures[index] = TranslationFailure(
                reason: "identity_ambiguous",
                message: "another row of \(rootTable.name) already has this key of \(aggregate.name)")
        }
        let isUnsure = !failures.isEmpty && mayTakeOver(step, set)
        try setAside(failures, conflicts, step, isUnsure: isUnsure, counts: &counts)
        try updatePending(set)
    }

    func perform(
        _ writes: AggregateWrites, _ step: AggregateStep, _ set: TranslationSet
    ) throws -> ApplyCounts {
        var counts = ApplyCounts()
        let before = try rowsBefore(writes, step, set)
        let heldParts = try parts.map {
            try $0.existing(writes.touched.compactMap { writes.previousKey[$0] })
        }
        for (part, held) in zip(parts, heldParts) { try deleteParts(part, held, writes, set) }
        if !writes.gone.isEmpty { try store.delete(writes.gone, access) }
        counts.removed += writes.removedItems.count
        var refused: [Int: TranslationFailure] = [:]
        for refusal in try store.upsert(writes.rows, access) {
            refused[writes.items[refusal.row]] = TranslationFailure(
                reason: refusal.reason, message: refusal.message)
        }
        for (index, part) in parts.enumerated() {
            for refusal in try part.upsert(writes.parts[index].rows) {
                let owner = writes.parts[index].owners[refusal.row]
                refused[owner] = TranslationFailure(reason: refusal.reason, message: refusal.message)
            }
        }
        if !refused.isEmpty, Guard.poisonIsIsolated.holds { throw ItemsRefused(failures: refused) }
        try references?.delete(writes.droppedReferences)
        try references?.upsert(writes.references)
        try crashPoint(.applyRowsWritten, as: TargetError.self)
        counts.written += writes.rows.count
        try emit(step, set, writes, before, &counts)
        return counts
    }

    private func deleteParts(
        _ part: PartWriter, _ held: RowGroups, _ writes: AggregateWrites, _ set: TranslationSet
    ) throws {
        guard held.rows.count > 0 else { return }
        let index = parts.firstIndex { $0 === part } ?? 0
        var wanted: Set<Key> = []
        for item in writes.items {
            wanted.formUnion(part.keys(of: set.parts[index], in: set.items[item].parts[index]))
        }
        try part.delete(held, except: wanted, of: writes.goneKeys)
    }

    /// The service's rows before the step, by service key: of aggregates that are touched, and of keys that
    /// are taken over.
    private func rowsBefore(_ writes: AggregateWrites, _ step: AggregateStep, _ set: TranslationSet) throws
        -> [Key: [UInt8]]
    {
        if events.isEmpty || step.group.isHistorical && !step.isReplay { return [:] }
        let touched = writes.serviceKeys(set).map(\.key)
        var keys = RowBuffer(columns: access.key.count)
        for key in touched { keys.append(key.bytes) }
        let found = try store.fetch(keys, by: access.key, access)
        var rows: [Key: [UInt8]] = [:]
        for (key, group) in zip(touched, found.groups) {
            if let row = group.first { rows[key] = Array(found.rows[row]) }
        }
        return rows
    }

    /// Derives events, one service key after the other: a legacy row that takes an aggregate over from
    /// another row begins nothing new, and one that gets another natural key does.
    private func emit(
        _ step: AggregateStep, _ set: TranslationSet, _ writes: AggregateWrites, _ before: [Key: [UInt8]],
        _ counts: inout ApplyCounts
    ) throws {
        if events.isEmpty { return }
        guard let origin = LiveOrigin(step.group) else {
            for (key, _, row) in writes.serviceKeys(set) { book.untold[key] = row == nil ? before[key] : nil }
            return
        }
        var outbox = RowBuffer(columns: OwnedTables.outbox.columns.count - 1)
        var refused: [Int: TranslationFailure] = [:]
        let leavesUnknown = leavesUnknown(step, set)
        if leavesUnknown { disownBorn(step, set) }
        let holders = step.hasHistory ? [:] : writes.holders(step)
        var untold = book.untold
        for (key, item, row) in writes.serviceKeys(set) {
            let held = before[key] ?? (row == nil ? nil : book.untold[key])
            let holding = held == nil ? Holding.none : .by(holders[key])
            guard isBeforeKnown(step, step.active[item], holding, leavesUnknown: leavesUnknown),
                row != nil || isHeldUntilNow(step, item)
            else {
                counts.stepsWithoutHistory += 1
                if row == nil, let held { untold[key] = held }
                continue
            }
            untold[key] = nil
            do {
                try events.derive(
                    before: held.map { $0[...] }, after: row.map { set.rows[$0] },
                    keys: (legacy: set.items[item].legacyKey, service: key),
                    at: step.origin(of: step.active[item]), origin: origin, into: &outbox)
            } catch {
                refused[item] = error
            }
        }
        if !refused.isEmpty { throw ItemsRefused(failures: refused) }
        book.untold = untold
        if outbox.isEmpty { return }
        let table = OwnedTables.outbox
        try store.insert(
            outbox, TableAccess(table: table, columns: Array(1..<table.columns.count), key: table.key))
        try crashPoint(.outboxInserted, as: TargetError.self)
        counts.events += outbox.count
    }

    /// Whether it is certain what the aggregate with a service key was before the step.
    ///
    /// While history is being read, the store may lack rows that legacy had all along. What it holds of an
    /// aggregate of one row is whole; of one that joins tables it is so when the root that it was made of
    /// came into being since, or when only roots are still being read.
    private func isBeforeKnown(
        _ step: AggregateStep, _ index: Int, _ holding: Holding, leavesUnknown: Bool
    ) -> Bool {
        if step.hasHistory { return true }
        let root = step.roots.keys[index]
        let isBorn = step.isInsert(index) || book.born.contains(root)
        switch holding {
        case .by(let holder):
            return aggregate.isSingleRow || step.hasOtherHistory
                || isBorn && holder.map(book.born.contains) ?? false
        case .none where aggregate.isSingleRow:
            return step.isInsert(index) && !leavesUnknown
        case .none:
            return !leavesUnknown && (isBorn || step.hasOtherHistory && step.knownRoots.contains(root))
        }
    }

    /// Whether an aggregate that goes in this step, or gets another key, was the root's until now, and is
    /// nobody's then. While history is read anew, it may have gone to another root unseen, which is not met
    /// yet, or is set aside; and what is applied late may have gone to others since.
    private func isHeldUntilNow(_ step: AggregateStep, _ item: Int) -> Bool {
        guard references != nil, let held = step.previous[item] else { return true }
        if step.isReplay, !step.hasHistory { return false }
        guard step.isReadAnew else { return true }
        let index = step.active[item]
        if book.isWanted(held.naturalKey, besides: step.roots.keys[index]) { return false }
        if !step.isInsert(index), book.born.contains(step.roots.keys[index]) { return true }
        return step.roots.before(at: index).flatMap(translator.naturalKey(ofRoot:)) == held.naturalKey
    }

    /// What the store holds under a service key before a step, and the root that it was made of, if known.
    private enum Holding {
        case none
        case by(Key?)
    }

    /// A root without an aggregate, beside an unknown one that leaves, may stand for what was there all along
    /// when it gets one in a later step.
    private func disownBorn(_ step: AggregateStep, _ set: TranslationSet) {
        for (item, index) in step.active.enumerated() where set.items[item].outcome != .row {
            book.born.remove(step.roots.keys[index])
        }
    }

    /// Whether a row leaves a key in this step of which the target does not know which it was: any key might
    /// have been its own. A row without an aggregate had none only if nothing that it joins was still unread.
    private func leavesUnknown(_ step: AggregateStep, _ set: TranslationSet) -> Bool {
        if step.hasHistory { return false }
        // Another step of the transaction may, and so may what waits behind something that is set aside.
        if step.isOfMany || (step.active.count < step.roots.keys.count && mayTakeOver(step)) { return true }
        let rekeyed = rekeyedRoots(step.group)
        return step.active.enumerated().contains { item, index in
            let root = step.roots.keys[index]
            let hadNone = step.hasOtherHistory && step.knownRoots.contains(root)
            // A natural key that the target knows may be one that the row had before it changed unseen.
            let isKnown = step.previous[item] != nil && !(step.isReadAnew && references != nil)
            guard !isKnown, !step.isInsert(index), !hadNone else { return false }
            switch set.items[item].outcome {
            case .row, .failed: return rekeyed?.contains(root) ?? true
            case .excluded, .pending: return true
            }
        }
    }

    /// The roots whose natural key may have become another one in a group; nil when any may.
    private func rekeyedRoots(_ group: ChangeGroup) -> Set<Key>? {
        guard let columns = naturalColumns else { return nil }
        var roots: Set<Key> = []
        for item in group.items(of: rootTable.name) {
            let change = group.change(item)
            let before = group.key(of: item, image: change.before, columns: columns)
            guard before != group.key(of: item, image: change.after, columns: columns) else { continue }
            if let root = group.key(of: item, image: change.after, columns: rootTable.key) {
                roots.insert(root)
            }
        }
        return roots
    }

    /// The columns of the root row that its natural key is made of; nil when other rows have a part in it.
    private var naturalColumns: [Int]? {
        let fields = aggregate.natural.flatMap(\.checked.fields)
        guard fields.allSatisfy({ $0.slot == aggregate.root }) else { return nil }
        return Set(fields.map(\.field)).sorted()
    }

    /// Whether a root that came into being in this step may have taken over what was there all along.
    private func mayTakeOver(_ step: AggregateStep, _ set: TranslationSet) -> Bool {
        !events.isEmpty && !step.group.isHistorical && leavesUnknown(step, set)
    }

    /// Sets aside what cannot be applied.
    private func setAside(
        _ failures: [Int: TranslationFailure], _ conflicts: [Int: Claim], _ step: AggregateStep,
        isUnsure: Bool, counts: inout ApplyCounts
    ) throws {
        let entries = failures.sorted { $0.key < $1.key }.map { index, failure in
            entry(
                step, step.active[index], failure, naturalKey: conflicts[index]?.stored, isUnsure: isUnsure)
        }
        try quarantine.append(entries)
        counts.quarantined += entries.count
    }

    private func updatePending(_ set: TranslationSet) throws {
        let table = OwnedTables.pending
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        var added = RowBuffer(columns: 4)
        var removed = RowBuffer(columns: 3)
        for item in set.items {
            if case .pending(let alias) = item.outcome {
                book.pending.insert(item.legacyKey)
                append(item.legacyKey, to: &added)
                RowWriter.text(alias, &added.bytes)
            } else if book.pending.remove(item.legacyKey) != nil {
                append(item.legacyKey, to: &removed)
            }
        }
        if !removed.isEmpty { try store.delete(removed, access) }
        if !added.isEmpty, let refusal = try store.upsert(added, access).first {
            throw TargetError(
                .tampered, "the pending table refuses a row: \(refusal.message)",
                hint: "constraints were added to a table of Banyan's own; remove them")
        }
    }

    private func append(_ key: Key, to rows: inout RowBuffer) {
        rows.beginRow()
        RowWriter.text(context.name, &rows.bytes)
        RowWriter.text(aggregate.name, &rows.bytes)
        RowWriter.bytes(key.bytes, kind: .bytes, &rows.bytes)
    }
}

/// Items of a step that cannot be applied: undoes the savepoint around the write.
struct ItemsRefused: Error {
    let failures: [Int: TranslationFailure]
}
