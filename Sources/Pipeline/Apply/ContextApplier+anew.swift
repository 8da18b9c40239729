import ChangeLog
import Guards
import Model
import Plan

/// What a history that is read anew says of rows that it does not hold.
///
/// A stream that has missed changes cannot say which rows were deleted meanwhile. So history is read again,
/// and every row that it holds, or that changes while it is read, is noted as met; after its last chunk,
/// whatever is known and was not met is removed, in the same transaction. Nothing that is true is touched: a
/// row of the source has either changed since, and is noted with that, or stands in a chunk.
extension ContextApplier {
    /// Notes what a group brings of tables whose history is read anew, also what Banyan wrote itself: a chunk
    /// leaves such a row out as it does every other that has changed.
    func noteMet(_ group: ChangeGroup) throws {
        for table in history.anew.sorted() where group.isHistorical || Guard.changedIsMet.holds {
            guard let scope = scope(of: table), let schema = shapesRead[table]?.table else { continue }
            let keys = (group.items(of: table) + group.own(of: table)).compactMap {
                group.key(of: $0, image: group.change($0).after, columns: schema.key)
            }
            if keys.isEmpty { continue }
            try met.note(keys, scope)
            for aggregate in aggregates where aggregate.isKeyed(by: table) {
                try met.note(aggregate.serviceKeys(ofLegacy: keys), aggregate.serviceScope)
            }
        }
    }

    /// Begins, or begins again, to note what is met of a table where its history is read anew; ends it with
    /// its last chunk, by removing what is known of the table and was not met.
    func followReading(_ group: ChangeGroup, counts: inout ApplyCounts) throws {
        guard let chunk = group.chunk, let scope = scope(of: chunk.table),
            chunk.isRestart || chunk.isLast && history.anew.contains(chunk.table)
        else { return }
        if chunk.isLast, Guard.unmetIsRemoved.holds {
            try removeUnmetCopies(of: chunk.table, scope, group, counts: &counts)
            for aggregate in aggregates where aggregate.isSingleRow(of: chunk.table) {
                try aggregate.removeUnmet(met, scope, like: group, mirrors, history, counts: &counts)
            }
        }
        // What was met in a reading that was broken off may be gone since.
        try met.forget(scope)
        for aggregate in aggregates {
            if aggregate.isKeyed(by: chunk.table) { try met.forget(aggregate.serviceScope) }
            if chunk.isRestart { aggregate.forgetBirths(of: chunk.table) }
        }
    }

    private func scope(of table: String) -> MetRows.Scope? {
        guard let schema = shapesRead[table]?.table else { return nil }
        return MetRows.Scope(kind: .legacy, name: table, key: schema.key.map { schema.columns[$0] })
    }

    /// Deletes rows of a copy, as if legacy had said so, and with them what joins make of them.
    private func removeUnmetCopies(
        of table: String, _ scope: MetRows.Scope, _ group: ChangeGroup, counts: inout ApplyCounts
    ) throws {
        guard let copy = mirrors.copies[table], let schema = shapesRead[table]?.table else { return }
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
            for aggregate in aggregates where !aggregate.aggregate.isSingleRow {
                try aggregate.apply(
                    group, mirrors: mirrors, history: history, knownRoots: [], counts: &counts)
            }
        }
    }
}
