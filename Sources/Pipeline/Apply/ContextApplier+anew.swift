import ChangeLog
import Guards
import Model
import Plan

/// What a history that is read anew says of rows that it does not hold.
///
/// A stream that has missed changes cannot say which rows were deleted meanwhile. So history is read again,
/// and every row that it holds, or that changes while it is read, is noted as met; when all tables have been
/// read, whatever is known and was not met is removed, in the transaction of the last chunk. Nothing that is
/// true is touched: a row of the source has either changed since, and is noted with that, or stands in a
/// chunk.
extension ContextApplier {
    /// Notes what a group brings of tables whose history is read anew, also what Banyan wrote itself: a chunk
    /// leaves such a row out as it does every other that has changed. Called when it is applied.
    func noteMet(_ group: ChangeGroup) throws {
        for table in history.anew where group.isHistorical || Guard.changedIsMet.holds {
            guard let scope = scope(of: table), let schema = shapesRead[table]?.table else { continue }
            let keys = (group.items(of: table) + group.own(of: table)).compactMap {
                group.key(of: $0, image: group.change($0).after, columns: schema.key)
            }
            if keys.isEmpty { continue }
            try met.note(keys, scope)
            for aggregate in aggregates where aggregate.isKeyed(by: table) {
                try met.note(aggregate.storedKeys(ofLegacy: keys), aggregate.serviceScope)
            }
        }
    }

    /// Notes what the service holds of roots of an aggregate that were changed.
    func noteMet(_ roots: [Key], of aggregate: AggregateApplier) throws {
        let table = aggregate.rootTable.name
        guard history.anew.contains(table), aggregate.isKeyed(by: table), Guard.changedIsMet.holds else {
            return
        }
        try met.note(aggregate.storedKeys(ofLegacy: roots), aggregate.serviceScope)
    }

    /// Begins, or begins again, to note what is met of a table; ends it when all tables have been read.
    func followReading(_ group: ChangeGroup, counts: inout ApplyCounts) throws {
        guard let chunk = group.chunk else { return }
        if chunk.isRestart {
            // What was met in a reading that was broken off may be gone since.
            try forgetMet(of: chunk.table)
            for aggregate in aggregates { aggregate.forgetBirths(of: chunk.table) }
        }
        guard chunk.isLast, history.isReadAnew else { return }
        if Guard.unmetIsRemoved.holds {
            try removeUnmet(like: group, counts: &counts)
            for aggregate in aggregates {
                try aggregate.retryRefused(like: group, mirrors: mirrors, counts: &counts)
            }
        }
        for table in history.anew { try forgetMet(of: table) }
        try endReadingAnew()
    }

    private func scope(of table: String) -> MetRows.Scope? {
        guard let schema = shapesRead[table]?.table else { return nil }
        return MetRows.Scope(kind: .legacy, name: table, key: schema.key.map { schema.columns[$0] })
    }

    private func forgetMet(of table: String) throws {
        if let scope = scope(of: table) { try met.forget(scope) }
        for aggregate in aggregates where aggregate.isKeyed(by: table) {
            try met.forget(aggregate.serviceScope)
        }
    }

    // MARK: what was not met

    /// Removes it, table by table and aggregate by aggregate.
    private func removeUnmet(like group: ChangeGroup, counts: inout ApplyCounts) throws {
        var work: [(inout ApplyCounts) throws -> Void] = []
        for table in history.anew {
            guard let scope = scope(of: table) else { continue }
            if let copy = mirrors.copies[table] {
                work.append { [self] in try removeUnmetCopies(copy, of: table, scope, group, counts: &$0) }
            }
            for aggregate in aggregates where aggregate.isSingleRow(of: table) {
                work.append { [self] in
                    try aggregate.removeUnmet(met, scope, like: group, mirrors, history, counts: &$0)
                }
            }
        }
        try doInAnyOrder(work, counts: &counts)
    }

    /// Deletes rows of a copy, as if legacy had said so, and with them what joins make of them.
    private func removeUnmetCopies(
        _ copy: TableSchema, of table: String, _ scope: MetRows.Scope, _ group: ChangeGroup,
        counts: inout ApplyCounts
    ) throws {
        guard let schema = shapesRead[table]?.table else { return }
        let access = TableAccess(table: copy, columns: Array(copy.columns.indices), key: copy.key)
        var after: Key?
        while true {
            let rows = try store.range(after: after, through: nil, limit: AggregateApplier.page, access)
            let keys = (0..<rows.count).map { rows.key(of: $0, columns: copy.key) }
            let unmet = Set(try met.unmet(keys, scope))
            var batch = ChangeBatch(
                tables: [schema], chunk: .replay(context: context.name, table: table))
            for (row, key) in keys.enumerated() where unmet.contains(key) {
                batch.changes.append(
                    ChangeBatch.Change(
                        operation: .delete, table: 0, before: UInt32(batch.bytes.count), after: nil))
                batch.bytes += rows[row]
            }
            try removeRows(batch, at: group.offset, counts: &counts)
            guard rows.count == AggregateApplier.page else { return }
            after = keys.last
        }
    }

    private func removeRows(_ batch: ChangeBatch, at offset: LogOffset, counts: inout ApplyCounts) throws {
        if batch.changes.isEmpty { return }
        let record = LogRecord(offset: offset, appendedAt: 0, batch: batch)
        for group in ChangeGroup.cut([record], context: context.name, keepsBoundaries: true) {
            try mirrors.update(group)
            let joined = aggregates.filter { !$0.aggregate.isSingleRow }
            try doInAnyOrder(
                joined.map { aggregate in
                    { [self] in
                        try aggregate.apply(
                            group, mirrors: mirrors, history: history, knownRoots: [], counts: &$0)
                    }
                }, counts: &counts)
        }
    }

    /// Does several things of which one may be refused until another is done: a row goes after the rows that
    /// refer to it.
    private func doInAnyOrder(
        _ work: [(inout ApplyCounts) throws -> Void], counts: inout ApplyCounts
    ) throws {
        var left = work
        while !left.isEmpty {
            var refused: [(inout ApplyCounts) throws -> Void] = []
            var refusal: (any Error)?
            for piece in left {
                let books = aggregates.map(\.book)
                var done = ApplyCounts()
                do {
                    try store.savepoint { try piece(&done) }
                    counts += done
                } catch let error as TargetError where error.recovery == .halt {
                    for (aggregate, book) in zip(aggregates, books) { aggregate.book = book }
                    refused.append(piece)
                    refusal = refusal ?? error
                }
            }
            if let refusal, refused.count == left.count { throw refusal }
            left = refused
        }
    }
}
