import CrashPoints
import Guards
import Model
import Plan
import Translate

extension AggregateApplier {
    /// Applies transactions that are told apart in one step.
    ///
    /// - Throws: `NotIndependent` when that could come to something else than applying them one after
    ///   another.
    func applyParts(_ group: ChangeGroup, mirrors: MirrorTables, counts: inout ApplyCounts) throws {
        let owners = try mirrors.owners(of: aggregate, in: group)
        if owners.isEmpty { return }
        let roots =
            aggregate.isSingleRow
            ? RootRows(group, table: rootTable)
            : RootRows(keys: owners.map(\.root), group: group, table: rootTable)
        let isFree = roots.keys.allSatisfy { book.quarantined[$0] == nil && !book.pending.contains($0) }
        guard isFree, roots.keys == owners.map(\.root) else { throw NotIndependent() }
        var step = AggregateStep(group: group, roots: roots, hasHistory: true, knownRoots: [])
        step.hasOtherHistory = true
        step.parts = owners.map(\.part)
        step.active = Array(roots.keys.indices)
        book.born = []
        var set = translator.makeSet()
        try translate(step, mirrors: mirrors, into: &set)
        try crashPoint(.applyTranslated, as: TargetError.self)
        try resolve(&step, set)
        if set.items.contains(where: { $0.unsent != nil }) { try completeUnsent(step, &set) }
        guard set.items.allSatisfy({ $0.outcome == .row || $0.outcome == .excluded }),
            haveNoKeyInCommon(step, set)
        else { throw NotIndependent() }
        let writes = AggregateWrites(step: step, set: set, keyColumns: access.key.count, without: [])
        do {
            counts += try perform(writes, step, set)
        } catch is ItemsRefused {
            throw NotIndependent()
        }
    }

    /// Whether no key of the service's is held or wanted by aggregates of two transactions, or by one that
    /// the step does not know of.
    private func haveNoKeyInCommon(_ step: AggregateStep, _ set: TranslationSet) -> Bool {
        var holders: [Claim: Int] = [:]
        for (index, item) in set.items.enumerated() {
            let wanted = item.outcome == .row ? claims(item.naturalKey, item.serviceKey) : []
            for claim in wanted + (step.previous[index].map(claims) ?? []) {
                if let holder = holders.updateValue(index, forKey: claim), holder != index { return false }
                if let holder = step.holders[claim], holder != item.legacyKey { return false }
            }
        }
        return true
    }
}

extension MirrorTables {
    /// The root rows whose aggregate a group of several transactions may have changed, each with the one
    /// transaction that did, in the order of the transactions.
    ///
    /// - Throws: `NotIndependent` when two transactions have one in common.
    func owners(of aggregate: CheckedAggregate, in group: ChangeGroup) throws -> [(root: Key, part: Int)] {
        var owners: [Key: Int] = [:]
        var found: [(root: Key, part: Int)] = []
        func note(_ root: Key, _ part: Int) throws {
            if let owner = owners.updateValue(part, forKey: root) {
                if owner != part, Guard.joinedAreStrangers.holds { throw NotIndependent() }
            } else {
                found.append((root, part))
            }
        }
        for alias in aggregate.uses {
            let read = reads[alias]
            let isRoot = alias == aggregate.root
            let columns = isRoot ? read.table.key : read.pairs.map(\.column)
            var values = RowBuffer(columns: columns.count)
            var parts: [Int] = []
            var known: [Key: Int] = [:]
            for item in group.items(of: read.table.name) {
                for image in [group.change(item).before, group.change(item).after] {
                    guard let key = group.key(of: item, image: image, columns: columns), !key.hasNull,
                        known.updateValue(item.part, forKey: key) != item.part
                    else { continue }
                    values.append(key.bytes)
                    parts.append(item.part)
                }
            }
            if isRoot {
                for (row, part) in parts.enumerated() { try note(values.key(of: row), part) }
                continue
            }
            guard !values.isEmpty, let copy = copies[reads[aggregate.root].table.name] else { continue }
            let access = TableAccess(table: copy, columns: copy.key, key: copy.key)
            let rows = try store.fetch(values, by: read.pairs.map(\.joinedColumn), access)
            for (part, group) in zip(parts, rows.groups) {
                for row in group { try note(rows.rows.key(of: row), part) }
            }
        }
        let order = found.enumerated().sorted { ($0.element.part, $0.offset) < ($1.element.part, $1.offset) }
        return order.map(\.element)
    }
}
