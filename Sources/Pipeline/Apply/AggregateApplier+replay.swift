import Model
import Plan
import Translate

extension AggregateApplier {
    /// Applies what is set aside for a key, in order, and then what waited for it; stops at the first entry
    /// that still cannot be applied.
    ///
    /// - Parameters:
    ///   - latestOnly: Take only the last state, giving up what lay between.
    func replay(
        _ key: Key, like group: ChangeGroup, latestOnly: Bool, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws {
        // It may have been set free by the replay of another key.
        if book.quarantined[key] == nil { return }
        let vacated = try replayAlone(
            key, like: group, latestOnly: latestOnly, mirrors: mirrors, counts: &counts)
        try release(vacated, like: group, mirrors: mirrors, counts: &counts)
    }

    /// A replay without what it may set free.
    ///
    /// - Returns: The claims that were held on the way and that somebody waits for.
    func replayAlone(
        _ key: Key, like group: ChangeGroup, latestOnly: Bool, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws -> [Claim] {
        var all = try quarantine.entries().filter { $0.aggregate == aggregate.name && $0.legacyKey == key }
            .sorted { $0.entry < $1.entry }
        try quarantine.remove(all)
        for place in all.indices { all[place].conform(to: rootTable) }
        book.free(key)
        // Joins are computed from what the copies hold now, so only the last state can be had.
        let standsForAll = !aggregate.isSingleRow || latestOnly
        var left = standsForAll ? all.suffix(1) : all[...]
        let last = lastImage(of: all)
        // Whether the service's row is the state before the entry, by this mapping.
        var wasWritten = false
        let wasBorn = all.first?.operation == "insert" && all.first?.isHistorical == false
        let end = try historyEnd()
        var vacated: [Claim] = []
        while let entry = left.popFirst() {
            var one = ChangeGroup(records: group.records)
            one.origin.position = entry.position
            one.origin.offset = entry.offset
            one.chunk =
                isHistory(entry, of: all, standsForAll: standsForAll)
                ? .replay(context: context.name, table: entry.table) : nil
            let image = standsForAll ? last : entry.after
            let isKnown = wasWritten || isOfThisMapping(entry)
            let isContinuous =
                standsForAll
                ? all.allSatisfy { isUpdateInPlace($0) && isOfThisMapping($0) }
                : isUpdateInPlace(entry) && isKnown
            let cause = RootRows.Cause(
                operation: entry.operation,
                before: isContinuous || !isUpdateInPlace(entry) ? entry.before : nil,
                after: image, ordinal: entry.ordinal, isInsert: entry.operation == "insert" || wasBorn,
                isContinuous: isContinuous)
            let roots = RootRows(replay: [(key: key, image: image, cause: cause)])
            // What was set aside before history was complete may stand for a row that was there all along.
            let first = all.first?.position ?? entry.position
            let knew = end.map { first > $0 } ?? false
            var step = AggregateStep(group: one, roots: roots, hasHistory: knew, knownRoots: [])
            step.hasOtherHistory = end != nil
            step.active = [0]
            vacated += try runAlone(step, mirrors: mirrors, counts: &counts)
            guard book.quarantined[key] != nil else {
                wasWritten = true
                continue
            }
            for rest in left {
                var waiting = rest
                // It will be stored as of this mapping, by which the service's row need not be.
                if isUpdateInPlace(rest), !isOfThisMapping(rest) { waiting.before = nil }
                waiting.entry = book.quarantined[key] ?? 1
                book.quarantined[key] = waiting.entry + 1
                try quarantine.append([waiting])
            }
            break
        }
        return vacated
    }

    /// The last state that the entries leave, with the values that later ones did not send taken from earlier
    /// ones.
    func lastImage(of entries: [QuarantineEntry]) -> [UInt8]? {
        var image: [UInt8]?
        for entry in entries {
            guard let after = entry.after, let earlier = image, isUpdateInPlace(entry) || entry.isHistorical
            else {
                image = entry.after
                continue
            }
            image = Array(
                RowImage.completed(after[...], from: earlier[...], columns: rootTable.columns.count))
        }
        return image
    }

    /// Whether the row was set aside under this mapping, so that the service's row is by this mapping, too.
    private func isOfThisMapping(_ entry: QuarantineEntry) -> Bool { entry.mapping == quarantine.mapping }

    /// Whether a change is known to have left the row its key. A first change of which that is not known is
    /// stored without the row before.
    private func isUpdateInPlace(_ entry: QuarantineEntry) -> Bool {
        guard entry.operation == "update", let before = entry.before, entry.after != nil else { return false }
        return unsafe before.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // A damaged image tells nothing of the row before.
            guard unsafe offsets.scan(arena, at: 0, columns: rootTable.columns.count) else { return false }
            return unsafe Key(arena, offsets: offsets, columns: rootTable.key) == entry.legacyKey
        }
    }

    /// Whether an entry is applied as history: one that stands for several is, as soon as any of them was,
    /// because then nobody can say what a live change among them changed.
    private func isHistory(_ entry: QuarantineEntry, of all: [QuarantineEntry], standsForAll: Bool) -> Bool {
        standsForAll ? all.contains(where: \.isHistorical) : entry.isHistorical
    }
}
