import Model
import Plan
import Translate

extension AggregateApplier {
    /// Finds out what the target holds of the step's aggregates, and which natural keys belong to somebody else.
    func resolve(_ step: inout AggregateStep, _ set: TranslationSet) throws {
        step.conflicts = Array(repeating: nil, count: set.items.count)
        guard let references else {
            step.previous = set.items.map { item in
                item.serviceKey.map {
                    CrossReferences.Entry(
                        legacyKey: item.legacyKey, naturalKey: item.naturalKey ?? $0, serviceKey: $0)
                }
            }
            return
        }
        step.previous = try references.entries(legacyKeys: set.items.map(\.legacyKey))
        let claims = set.items.indices.filter { set.items[$0].outcome == .row }
        let naturals = claims.compactMap { set.items[$0].naturalKey }
        let holders = try references.entries(naturalKeys: naturals)
        // Natural keys that this very step gives up.
        var leaving: [Key: Key] = [:]
        for (index, item) in set.items.enumerated() {
            guard let held = step.previous[index] else { continue }
            if item.outcome != .row || item.naturalKey != held.naturalKey { leaving[held.naturalKey] = item.legacyKey }
        }
        var taken: [Key: Int] = [:]
        for (place, index) in claims.enumerated() {
            let item = set.items[index]
            guard let natural = item.naturalKey else { continue }
            let holder = holders[place].flatMap { held in
                held.legacyKey == item.legacyKey || leaving[natural] == held.legacyKey ? nil : held
            }
            if holder != nil || taken[natural] != nil {
                step.conflicts[index] = TranslationFailure(
                    reason: "identity_ambiguous",
                    message: "another row of \(rootTable.name) already has this natural key of \(aggregate.name)")
            } else {
                taken[natural] = index
            }
        }
    }

    /// Keys that waited for a natural key which this step has given up are tried again, the oldest first.
    func release(_ step: AggregateStep, mirrors: MirrorTables, counts: inout ApplyCounts) throws {
        guard step.mayRelease, !book.waiting.isEmpty else { return }
        for held in step.previous.compactMap(\.self) {
            guard let waiters = book.waiting[held.naturalKey], let first = waiters.first,
                first != held.legacyKey
            else { continue }
            guard try references?.entries(naturalKeys: [held.naturalKey]).first == .some(nil) else { continue }
            try replay(first, like: step.group, latestOnly: false, mirrors: mirrors, counts: &counts)
        }
    }

    /// Applies what is set aside for a key, in order; stops at the first entry that still cannot be applied.
    ///
    /// - Parameters:
    ///   - latestOnly: Take only the last state, giving up what lay between.
    /// - Returns: Whether the key is free again.
    @discardableResult
    func replay(
        _ key: Key, like group: ChangeGroup, latestOnly: Bool, mirrors: MirrorTables, counts: inout ApplyCounts
    ) throws -> Bool {
        let all = try quarantine.entries().filter { $0.aggregate == aggregate.name && $0.legacyKey == key }
            .sorted { $0.entry < $1.entry }
        try quarantine.remove(all)
        book.quarantined[key] = nil
        for natural in book.waiting.keys { book.waiting[natural]?.removeAll { $0 == key } }
        book.waiting = book.waiting.filter { !$0.value.isEmpty }
        let standsForAll = !aggregate.isSingleRow || latestOnly
        var left = standsForAll ? all.suffix(1) : all[...]
        while let entry = left.popFirst() {
            var one = ChangeGroup(records: group.records)
            one.position = entry.position
            one.offset = entry.offset
            one.chunk = isHistory(entry, of: all, standsForAll: standsForAll) ? .replay(context: context.name, table: entry.table) : nil
            let cause = RootRows.Cause(
                operation: entry.operation, before: entry.before, after: entry.after, ordinal: entry.ordinal,
                isInsert: entry.operation == "insert")
            let roots = RootRows(replay: [(key: key, image: entry.after, cause: cause)])
            var step = AggregateStep(group: one, roots: roots, hasHistory: true, knownRoots: [])
            step.active = [0]
            step.mayRelease = false
            try run(step, mirrors: mirrors, counts: &counts)
            guard book.quarantined[key] != nil else { continue }
            for rest in left {
                var waiting = rest
                waiting.entry = book.quarantined[key] ?? 1
                book.quarantined[key] = waiting.entry + 1
                try quarantine.append([waiting])
            }
            return false
        }
        return true
    }

    /// Whether an entry is applied as history: one that stands for several is, as soon as any of them was, because then nobody can
    /// say what a live change among them changed.
    private func isHistory(_ entry: QuarantineEntry, of all: [QuarantineEntry], standsForAll: Bool) -> Bool {
        standsForAll ? all.contains(where: \.isHistorical) : entry.isHistorical
    }
}
