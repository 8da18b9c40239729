public import ChangeLog
public import Model
import Plan

extension ContextApplier {
    /// Computes aggregates again: what a better mapping needs. Historical, so no event leaves.
    ///
    /// Aggregates that join tables are computed from the copies of those tables, the others from the last
    /// image that the log holds of each row.
    ///
    /// - Parameters:
    ///   - name: Only this aggregate; nil for all.
    ///   - isWanted: Which legacy keys.
    ///   - entry: The ledger as this worker left it.
    ///   - log: The log, with a reader that nobody else uses at the moment.
    /// - Returns: How many root rows were looked at.
    /// - Throws: `LogError` with `trimmed` when the log no longer holds the rows of an aggregate that stands
    ///   alone.
    public func recompute(
        only name: String? = nil, where isWanted: (Key) -> Bool, from entry: LedgerEntry, log: any LogReader
    ) throws -> Int {
        try requireCopies(entry)
        var count = 0
        let chosen = aggregates.filter { name == nil || $0.aggregate.name == name }
        for aggregate in chosen where aggregate.aggregate.isSingleRow {
            count += try relive(aggregate, log: log, where: isWanted, from: entry)
        }
        for aggregate in chosen where !aggregate.aggregate.isSingleRow {
            let copy = OwnedTables.mirror(of: aggregate.rootTable, context: context.name)
            let access = TableAccess(table: copy, columns: copy.key, key: copy.key)
            var after: Key?
            while true {
                let rows = try store.range(after: after, through: nil, limit: 1_000, access)
                let keys = (0..<rows.count).map { rows.key(of: $0, columns: Array(copy.key.indices)) }
                let wanted = keys.filter(isWanted)
                try transaction(from: entry, to: entry) { try recompute(wanted, aggregate, entry) }
                count += wanted.count
                guard rows.count == 1_000 else { break }
                after = keys.last
            }
        }
        return count
    }

    /// Notes in the ledger that everything the store holds was made under this applier's mapping.
    ///
    /// - Parameter entry: The ledger as this worker left it.
    public func adoptMapping(from entry: LedgerEntry) throws {
        var next = entry
        next.mapping = mapping
        let left = history.tables.keys.filter { !mirrors.tables.contains($0) }.sorted()
        try transaction(from: entry, to: next) { try mirrors.noteLeft(left) }
    }

    /// Refuses to compute from copies that were never filled: tables that nothing joined under the mapping
    /// that made the store, so that their history went by without being copied.
    private func requireCopies(_ entry: LedgerEntry) throws {
        guard entry.mapping != mapping else { return }
        for table in mirrors.tables.sorted() {
            guard let held = history.tables[table], held.reading == .whole, held.rows > 0,
                try mirrors.isEmpty(table)
            else { continue }
            throw TargetError(
                .schemaChanged,
                "the copy of \(table) is empty although \(held.rows) rows of its history were read: the plan did "
                    + "not join it then",
                hint: "read history again under this plan, as docs/OPERATING.md says")
        }
    }

    private func recompute(_ keys: [Key], _ aggregate: AggregateApplier, _ entry: LedgerEntry) throws {
        if keys.isEmpty { return }
        var group = ChangeGroup(records: [])
        group.origin.position = entry.position
        group.origin.offset = entry.offset
        group.chunk = .replay(context: context.name, table: aggregate.rootTable.name)
        var done = ApplyCounts()
        let roots = RootRows(keys: keys, group: group, table: aggregate.rootTable)
        var step = AggregateStep(group: group, roots: roots, hasHistory: true, knownRoots: [])
        step.active = keys.indices.filter { aggregate.book.quarantined[keys[$0]] == nil }
        step.hasOtherHistory = true
        try aggregate.run(step, mirrors: mirrors, counts: &done)
    }
}
