import Guards
import Model
import Plan

/// Finds transactions that may be applied in one step although each has events of its own: such that none of
/// them changes a row that another one changes, or that a changed row of another one joins.
///
/// This looks at the changes alone. Whether two transactions have an aggregate in common by a row that
/// neither of them changed is known only when their roots have been looked up (`MirrorTables.owners`): with
/// joins to the root and no further ones, the two together leave nothing out.
struct Neighbours {
    /// A row, or the rows that one value joins, as one thing that is read or changed.
    private struct Thing: Hashable {
        /// The alias whose rows are meant; negative for a row by its key, counted by tables.
        var place: Int
        var key: Key
    }

    /// What one transaction changes and reads.
    private struct Footprint {
        var changed: Set<Thing> = []
        var read: Set<Thing> = []
    }

    private let reads: [ReadBinding]
    /// The aliases of each legacy table.
    private var aliases: [String: [Int]] = [:]

    /// Nil where each transaction must be a step of its own: when several kinds of aggregates have events,
    /// whose order would change, or when a row joins the root by way of another one.
    init?(_ context: CheckedContext) {
        reads = context.reads
        guard Set(context.events.map(\.aggregate)).count == 1 else { return nil }
        for aggregate in context.aggregates {
            for alias in aggregate.uses {
                if alias != aggregate.root, reads[alias].joins != aggregate.root { return nil }
                let table = reads[alias].table.name
                if !aliases[table, default: []].contains(alias) { aliases[table, default: []].append(alias) }
            }
        }
    }

    /// How many groups from the front may be one step; at least one when there is one.
    func together(_ groups: ArraySlice<ChangeGroup>) -> Int {
        var all = Footprint()
        var count = 0
        for group in groups {
            guard !group.isHistorical, let own = footprint(of: group) else { break }
            if Guard.joinedAreStrangers.holds,
                !own.changed.isDisjoint(with: all.changed) || !own.changed.isDisjoint(with: all.read)
                    || !own.read.isDisjoint(with: all.changed)
            {
                break
            }
            all.changed.formUnion(own.changed)
            all.read.formUnion(own.read)
            count += 1
        }
        return groups.isEmpty ? 0 : max(count, 1)
    }

    /// Nil when a change says too little of what it may concern.
    private func footprint(of group: ChangeGroup) -> Footprint? {
        var footprint = Footprint()
        for item in group.items {
            let change = group.change(item)
            guard let places = aliases[group.table(item).name] else { continue }
            let images = [change.before, change.after].compactMap(\.self)
            // Without the row as it was, nothing is known of what it joined.
            if images.isEmpty || change.before == nil && change.operation != .insert && areJoined(places) {
                return nil
            }
            for image in images {
                for alias in places where !add(alias, item, image, group, to: &footprint) { return nil }
            }
        }
        return footprint
    }

    private func areJoined(_ places: [Int]) -> Bool {
        reads.enumerated().contains { alias, read in
            read.joins.map { places.contains(alias) || places.contains($0) } ?? false
        }
    }

    private func add(
        _ alias: Int, _ item: ChangeGroup.Item, _ image: UInt32, _ group: ChangeGroup,
        to footprint: inout Footprint
    ) -> Bool {
        let read = reads[alias]
        guard let row = group.key(of: item, image: image, columns: read.table.key), !row.hasNull else {
            return false
        }
        footprint.changed.insert(Thing(place: -1 - (aliases[read.table.name]?.first ?? alias), key: row))
        if read.joins != nil {
            guard let value = group.key(of: item, image: image, columns: read.pairs.map(\.column)),
                !value.hasAbsent
            else { return false }
            if !value.hasNull { footprint.changed.insert(Thing(place: alias, key: value)) }
        }
        for other in reads.indices where reads[other].joins == alias {
            let columns = reads[other].pairs.map(\.joinedColumn)
            guard let value = group.key(of: item, image: image, columns: columns), !value.hasAbsent else {
                return false
            }
            if !value.hasNull { footprint.read.insert(Thing(place: other, key: value)) }
        }
        return true
    }
}
