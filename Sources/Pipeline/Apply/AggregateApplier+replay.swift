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
        var all = try quarantine.entries(of: aggregate.name, key)
        try quarantine.remove(all)
        for place in all.indices { all[place].conform(to: rootTable) }
        book.free(key)
        let standsForAll = takesLast(latestOnly)
        return try replay(
            standsForAll ? all.suffix(1) : all[...], of: all, standsForAll: standsForAll, wasWritten: false,
            like: group, mirrors: mirrors, counts: &counts)
    }

    /// Applies entries of a key that are no longer set aside, until one cannot be applied: it is set aside
    /// again, and the rest behind it.
    ///
    /// - Parameters:
    ///   - left: Those to apply, in order.
    ///   - all: Everything that was set aside of the key, in order.
    ///   - standsForAll: Whether there is one to apply, in the place of all of them.
    ///   - wasWritten: Whether the service's row is the state before the first of them, by this mapping.
    /// - Returns: The claims that were held on the way and that somebody waits for.
    func replay(
        _ left: ArraySlice<QuarantineEntry>, of all: [QuarantineEntry], standsForAll: Bool, wasWritten: Bool,
        like group: ChangeGroup, mirrors: MirrorTables, counts: inout ApplyCounts
    ) throws -> [Claim] {
        var (left, wasWritten) = (left, wasWritten)
        var vacated: [Claim] = []
        while let entry = left.popFirst() {
            let portion = portion(entry, of: all, standsForAll: standsForAll, wasWritten: wasWritten)
            vacated += try runAlone(step([portion], like: group), mirrors: mirrors, counts: &counts)
            guard book.quarantined[entry.legacyKey] != nil else {
                wasWritten = true
                continue
            }
            for var waiting in left {
                // It will be stored as of this mapping, by which the service's row need not be.
                if isUpdateInPlace(waiting), !isOfThisMapping(waiting) { waiting.before = nil }
                waiting.entry = book.quarantined[waiting.legacyKey] ?? 1
                note(waiting)
                try quarantine.append([waiting])
            }
            break
        }
        return vacated
    }

    /// Whether only the last state of what is set aside can be had: joins are computed from what the copies
    /// hold now.
    func takesLast(_ latestOnly: Bool) -> Bool { !aggregate.isSingleRow || latestOnly }

    /// What is applied of a key at one time: an entry, or the last one in the place of all.
    struct Portion {
        var key: Key
        var image: [UInt8]?
        var cause: RootRows.Cause
        /// Of the entry that is applied.
        var origin: ChangeGroup.Origin
        /// Where the first entry of the key committed.
        var first: Position
        var isHistorical: Bool
    }

    /// - Parameters:
    ///   - all: Everything that is set aside for the key, in order.
    ///   - standsForAll: Whether the entry is applied in the place of all of them.
    ///   - wasWritten: Whether the entry before it was just applied.
    func portion(
        _ entry: QuarantineEntry, of all: [QuarantineEntry], standsForAll: Bool, wasWritten: Bool
    ) -> Portion {
        let image = standsForAll ? lastImage(of: all) : entry.after
        let isKnown = wasWritten || isOfThisMapping(entry)
        let isContinuous =
            standsForAll
            ? all.allSatisfy { isUpdateInPlace($0) && isOfThisMapping($0) }
            : isUpdateInPlace(entry) && isKnown
        let cause = RootRows.Cause(
            operation: entry.operation,
            before: isContinuous || !isUpdateInPlace(entry) ? entry.before : nil,
            after: image, ordinal: entry.ordinal, isInsert: entry.operation == "insert" || wasBorn(all),
            isContinuous: isContinuous)
        return Portion(
            key: entry.legacyKey, image: image, cause: cause,
            origin: ChangeGroup.Origin(
                position: entry.position, committedAt: nil, offset: entry.offset),
            first: all.first?.position ?? entry.position,
            isHistorical: isHistory(entry, of: all, standsForAll: standsForAll))
    }

    /// A step that applies these portions at one time: as history as soon as any of them is.
    func step(_ portions: [Portion], like group: ChangeGroup) throws -> AggregateStep {
        var one = ChangeGroup(records: group.records)
        one.parts = portions.map(\.origin)
        one.origin = one.parts.max { $0.position < $1.position } ?? one.origin
        let (end, anew) = try readHistory()
        // What was set aside before its tables began to be read anew, or what it joins, may have gone unseen.
        let isOfThePast = !aggregate.isSingleRow && tables.contains(where: anew.contains)
        if isOfThePast || portions.contains(where: \.isHistorical) {
            one.chunk = .replay(context: context.name, table: rootTable.name)
        }
        let roots = RootRows(replay: portions.map { (key: $0.key, image: $0.image, cause: $0.cause) })
        // What was set aside before history was complete may stand for a row that was there all along.
        let knew = end.map { end in portions.allSatisfy { $0.first > end } } ?? false
        var step = AggregateStep(group: one, roots: roots, hasHistory: knew, knownRoots: [])
        step.hasOtherHistory = end != nil
        step.isReadAnew = anew.contains(rootTable.name)
        step.isReplay = true
        step.parts = Array(portions.indices)
        step.active = Array(portions.indices)
        return step
    }

    /// Whether a row came into being with the first entry, and is what it was born as: one that got another
    /// natural key since may have taken over what was there all along.
    private func wasBorn(_ all: [QuarantineEntry]) -> Bool {
        guard let first = all.first, first.operation == "insert", !first.isHistorical else { return false }
        let births = all.filter { $0.operation == "insert" || $0.operation == "update" }
        let keys = Set(births.map { $0.after.flatMap { translator.naturalKey(ofRoot: $0[...]) } })
        return keys.count == 1 && !all.contains { $0.operation == "replace" }
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
