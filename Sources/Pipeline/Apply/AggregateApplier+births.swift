import CEL
import Model
import Plan

extension AggregateApplier {
    /// Notes again what a group of live changes brought into being, as `apply` did before a restart.
    ///
    /// What changed beside a row that may have given up its key stays unknown: it may have taken that key
    /// over, and what the target knew of it then is not to be had any more.
    func recallBirths(in group: ChangeGroup) {
        let roots = RootRows(group, table: rootTable)
        if mayLeave(group) { return forgetBirths(of: roots.keys) }
        for index in roots.keys.indices where roots.isInsert(at: index) { recallBirth(roots.keys[index]) }
    }

    /// Notes a root that came into being before a restart.
    private func recallBirth(_ root: Key) {
        durableBook.born.insert(root)
        book.born.insert(root)
    }

    /// Forgets what came into being before a table's history is read anew: it may have gone, and come again,
    /// unseen.
    func forgetBirths(of table: String) {
        if !tables.contains(table) { return }
        durableBook.born = []
        book.born = []
    }

    /// Forgets what may have taken over what was there all along.
    private func forgetBirths(of roots: [Key]) {
        durableBook.born.subtract(roots)
        book.born.subtract(roots)
    }

    /// Whether a root that changed in a step may have taken over what was there all along, as far as the
    /// changes alone tell.
    func mayTakeOver(_ step: AggregateStep) -> Bool {
        if events.isEmpty || step.group.isHistorical || step.hasHistory { return false }
        return step.isOfMany || mayLeave(step.group)
    }

    /// Whether a row that was there may have given up its aggregate's key in a group, as far as the changes
    /// themselves tell.
    private func mayLeave(_ group: ChangeGroup) -> Bool {
        aggregate.uses.contains { alias in
            let columns = decisiveColumns(of: alias)
            if columns.isEmpty { return false }
            let read = context.reads[alias]
            return group.items(of: read.table.name).contains { item in
                let change = group.change(item)
                // Of many rows also one that comes may decide.
                guard change.before != nil else { return read.cardinality == .many }
                let before = group.key(of: item, image: change.before, columns: columns)
                return before != group.key(of: item, image: change.after, columns: columns)
            }
        }
    }

    /// The columns that decide whether there is an aggregate, and which one.
    private func decisiveColumns(of alias: Int) -> [Int] {
        let read = context.reads[alias]
        var columns: Set<Int> = []
        for expression in aggregate.natural + [aggregate.when].compactMap(\.self) {
            if let found = expression.columns {
                columns.formUnion(found.filter { $0.slot == alias }.map(\.column))
            } else if expression.checked.slots.contains(alias) {
                columns.formUnion(read.table.columns.indices)
            }
        }
        // Rows of which there may be many decide nothing but what a condition reads of them.
        if read.cardinality == .many { return columns.sorted() }
        columns.formUnion(read.table.key + read.pairs.map(\.column))
        for other in context.reads where other.joins == alias && other.cardinality != .many {
            columns.formUnion(other.pairs.map(\.joinedColumn))
        }
        return columns.sorted()
    }
}
