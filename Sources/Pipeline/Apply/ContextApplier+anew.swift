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
    /// leaves such a row out as it does every other that has changed. Whether the service holds such a row
    /// does not matter: what is set aside now may be taken later.
    func noteMet(_ group: ChangeGroup) throws {
        for table in history.anew where group.isHistorical || Guard.changedIsMet.holds {
            guard let scope = scope(of: table), let schema = shapes[table]?.table else { continue }
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
            let gone = try unmet(like: group)
            try retryRefused(like: group, isLast: false, counts: &counts)
            try remove(gone, like: group, counts: &counts)
            try retryRefused(like: group, isLast: true, counts: &counts)
        }
        for table in history.anew { try forgetMet(of: table) }
        try endReadingAnew()
    }

    private func scope(of table: String) -> MetRows.Scope? {
        guard let schema = shapes[table]?.table else { return nil }
        return MetRows.Scope(kind: .legacy, name: table, key: schema.key.map { schema.columns[$0] })
    }

    private func forgetMet(of table: String) throws {
        if let scope = scope(of: table) { try met.forget(scope) }
        for aggregate in aggregates where aggregate.isKeyed(by: table) {
            try met.forget(aggregate.serviceScope)
        }
    }

    // MARK: what was not met

    /// Removes it, some rows at a time, in an order that the store allows: a row goes after the rows that
    /// refer to it, and a row that referred to it may have been refused its new state until now.
    private func remove(_ gone: [Piece], like group: ChangeGroup, counts: inout ApplyCounts) throws {
        var left = gone
        while !left.isEmpty {
            let (refused, refusal) = try attempt(left, counts: &counts)
            if refused.count == left.count, let refusal {
                let setAside = quarantinedKeys
                try retryRefused(like: group, isLast: false, counts: &counts)
                guard quarantinedKeys < setAside else { throw refusal }
            }
            left = refused
        }
    }

    /// Tries again what is set aside and may be free now, as long as anything comes free: one waits for
    /// another, also across aggregates.
    private func retryRefused(like group: ChangeGroup, isLast: Bool, counts: inout ApplyCounts) throws {
        var left = Int.max
        while case let setAside = quarantinedKeys, setAside > 0, setAside < left {
            left = setAside
            for aggregate in aggregates {
                try aggregate.retryRefused(like: group, mirrors: mirrors, counts: &counts)
            }
            guard isLast, quarantinedKeys == left else { continue }
            for aggregate in aggregates {
                try aggregate.takeLastStates(like: group, mirrors: mirrors, counts: &counts)
            }
        }
    }

    /// What is to be removed, in pieces of some rows of one table or aggregate.
    private func unmet(like group: ChangeGroup) throws -> [Piece] {
        var pieces: [Piece] = []
        func cut(_ keys: [Key], _ remove: @escaping ([Key], inout ApplyCounts) throws -> Void) {
            for start in stride(from: 0, to: keys.count, by: AggregateApplier.page) {
                let some = Array(keys[start..<min(start + AggregateApplier.page, keys.count)])
                pieces.append { try remove(some, &$0) }
            }
        }
        for table in history.anew {
            guard let scope = scope(of: table), let schema = shapes[table]?.table else { continue }
            if let copy = mirrors.copies[table] {
                cut(try unmetKeys(of: copy, scope)) { [self] keys, counts in
                    try removeCopies(keys, of: copy, schema, like: group, counts: &counts)
                }
            }
            for aggregate in aggregates where aggregate.isSingleRow(of: table) {
                let (legacy, service) = try aggregate.unmet(met, scope)
                cut(legacy) { [self] keys, counts in
                    try aggregate.remove(keys, like: group, mirrors, history, counts: &counts)
                }
                cut(service) { try aggregate.removeServiceRows($0, like: group, counts: &$1) }
            }
        }
        return pieces
    }

    private typealias Piece = (inout ApplyCounts) throws -> Void

    private func unmetKeys(of copy: TableSchema, _ scope: MetRows.Scope) throws -> [Key] {
        let keysOnly = TableAccess(table: copy, columns: copy.key, key: copy.key)
        var unmet: [Key] = []
        var after: Key?
        while true {
            let rows = try store.range(after: after, through: nil, limit: AggregateApplier.page, keysOnly)
            let keys = (0..<rows.count).map { rows.key(of: $0, columns: Array(copy.key.indices)) }
            unmet += try met.unmet(keys, scope)
            guard rows.count == AggregateApplier.page else { return unmet }
            after = keys.last
        }
    }

    /// Deletes rows of a copy, as if legacy had said so, and with them what joins make of them.
    private func removeCopies(
        _ keys: [Key], of copy: TableSchema, _ schema: TableSchema, like group: ChangeGroup,
        counts: inout ApplyCounts
    ) throws {
        var wanted = RowBuffer(columns: copy.key.count)
        for key in keys { wanted.append(key.bytes) }
        let access = TableAccess(table: copy, columns: Array(copy.columns.indices), key: copy.key)
        let rows = try store.fetch(wanted, by: copy.key, access).rows
        var batch = ChangeBatch(
            tables: [schema], chunk: .replay(context: context.name, table: schema.name))
        for row in 0..<rows.count {
            batch.changes.append(
                ChangeBatch.Change(
                    operation: .delete, table: 0, before: UInt32(batch.bytes.count), after: nil))
            batch.bytes += rows[row]
        }
        try removeRows(batch, at: group.offset, counts: &counts)
    }

    private func removeRows(_ batch: ChangeBatch, at offset: LogOffset, counts: inout ApplyCounts) throws {
        if batch.changes.isEmpty { return }
        let record = LogRecord(offset: offset, appendedAt: 0, batch: batch)
        for group in ChangeGroup.cut([record], context: context.name, keepsBoundaries: true) {
            try mirrors.update(group)
            let joined = aggregates.filter { !$0.aggregate.isSingleRow }
            var left = joined.map { aggregate -> Piece in
                { [self] in
                    try aggregate.apply(
                        group, mirrors: mirrors, history: history, knownRoots: [], counts: &$0)
                }
            }
            while !left.isEmpty {
                let (refused, refusal) = try attempt(left, counts: &counts)
                if refused.count == left.count, let refusal { throw refusal }
                left = refused
            }
        }
    }

    /// Does each of several things, undoing those that are refused.
    ///
    /// - Returns: What was refused, and why the first of it was.
    private func attempt(
        _ pieces: [Piece], counts: inout ApplyCounts
    ) throws -> (refused: [Piece], refusal: (any Error)?) {
        var refused: [Piece] = []
        var refusal: (any Error)?
        for piece in pieces {
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
        return (refused, refusal)
    }
}
