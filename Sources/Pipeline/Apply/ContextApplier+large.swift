public import ChangeLog
import CrashPoints
import Guards
import Model
import Plan

extension ContextApplier {
    /// Where the ledger will stand when a large transaction has been applied.
    public func intended(_ large: LargeTransaction, from entry: LedgerEntry) -> LedgerEntry {
        LedgerEntry(
            epoch: entry.epoch, offset: large.through, position: max(large.position, entry.position),
            mapping: mapping)
    }

    /// Applies a transaction that is too large to be held, in one target transaction and a bounded memory.
    ///
    /// What it did to each row is gathered in a scratch store while the log is read; when its end has been
    /// read, each aggregate is brought from its state before the transaction to the one after it, some at a
    /// time. So nothing between the two is ever told, as with a small one. Aggregates that hand a key or a
    /// unique value to one another are taken at one time, however many they are. What only parts have in
    /// common, a unique value of a part's own, is not looked at: there, one may stay set aside.
    ///
    /// - Parameters:
    ///   - large: What follows `entry` in the log.
    ///   - log: The log.
    ///   - entry: The ledger as this worker left it.
    ///   - isStopping: Asked now and then whether to give up: everything is undone then.
    /// - Returns: The ledger after the transaction.
    /// - Throws: `TargetError` and `LogError`; nothing was written unless the code is `ambiguous`.
    public func apply(
        _ large: LargeTransaction, of log: any LogReader, from entry: LedgerEntry,
        isStopping: @escaping () -> Bool = { false }
    ) throws -> LedgerEntry {
        let next = intended(large, from: entry)
        var done = ApplyCounts()
        try transaction(from: entry, to: next) {
            var gathered: Gathering?
            try forEachPart(of: large, in: log) { part, goesOn in
                try requireWork(isStopping)
                if gathered == nil, !goesOn || !Guard.largeIsOneStep.holds {
                    return try part.items.isEmpty ? noteMet(part) : apply(part, counts: &done)
                }
                let open = try gathered ?? Gathering(aggregates, scratch: try ScratchStore(scratch))
                gathered = open
                try gather(part, into: open)
                done.changes += part.items.count
                if goesOn { return }
                try apply(open, as: part.origin, isStopping, counts: &done)
                gathered = nil
            }
        }
        counts += done
        return next
    }

    /// Reads a large transaction and those that share its records, in order: what each record holds of each,
    /// and whether the transaction goes on in the next record.
    func forEachPart(
        of large: LargeTransaction, in log: any LogReader,
        _ body: (_ part: ChangeGroup, _ goesOn: Bool) throws -> Void
    ) throws {
        var offset = large.after
        while offset < large.through {
            let records = try log.records(after: offset, byteLimit: 1 << 20)
            guard let last = records.last else {
                throw LogError(
                    .rewound, "the log ends at \(offset), and was read up to \(large.through) before",
                    hint: "put the log back that the store was filled from")
            }
            for record in try shapes.conforming(records.filter { $0.offset <= large.through }) {
                for (place, transaction) in record.batch.transactions.enumerated() {
                    let isLast = place == record.batch.transactions.count - 1
                    try body(ChangeGroup(transaction, of: record), isLast && record.batch.continues)
                }
            }
            offset = last.offset
        }
    }

    /// The last record up to a place by which the history of one of these tables is read anew; where there is
    /// none, the log's beginning. What stands before may be of rows that are gone, or in a shape that nobody
    /// reads.
    func newestRestart(
        of tables: some Collection<String>, in log: any LogReader, through end: LogOffset
    ) throws -> LogOffset {
        var last = try log.base()
        var newest = LogOffset.start
        while last < end {
            let records = try log.records(after: last, byteLimit: 4 << 20)
            for record in records where record.offset <= end {
                guard let chunk = record.batch.chunk, chunk.isRestart, tables.contains(chunk.table) else {
                    continue
                }
                newest = record.offset
            }
            guard let read = records.last?.offset else { break }
            last = read
        }
        return newest
    }

    /// Reads what the log holds up to a record, as it would be applied, without holding a large transaction.
    func forEachPortion(
        of log: any LogReader, after start: LogOffset, through end: LogOffset,
        _ body: (RecordAssembly.Portion) throws -> Void
    ) throws {
        var assembly = RecordAssembly(after: start, most: held)
        while assembly.last < end {
            let records = try log.records(after: assembly.last, byteLimit: 4 << 20).filter {
                $0.offset <= end
            }
            if records.isEmpty { return }
            for record in records where assembly.takesMore { assembly.add(record) }
            while let portion = assembly.take() { try body(portion) }
        }
    }

    /// What a large transaction did, by aggregates.
    private struct Gathering {
        let roots: [GatheredRoots]

        init(_ aggregates: [AggregateApplier], scratch: ScratchStore) throws {
            try scratch.begin(aggregates.indices.flatMap(GatheredRoots.tables))
            roots = aggregates.enumerated().map { number, aggregate in
                GatheredRoots(
                    number: number, columns: aggregate.rootTable.columns.count,
                    hasImages: aggregate.aggregate.isSingleRow, store: scratch)
            }
        }
    }

    private func gather(_ part: ChangeGroup, into gathering: Gathering) throws {
        try noteMet(part)
        if part.items.isEmpty { return }
        var known: [Set<Key>] = []
        for aggregate in aggregates { known.append(try knownRoots(aggregate, part)) }
        try mirrors.update(part)
        try crashPoint(.mirrorWritten, as: TargetError.self)
        for (place, aggregate) in aggregates.enumerated() {
            let roots =
                aggregate.aggregate.isSingleRow
                ? RootRows(part, table: aggregate.rootTable)
                : RootRows(
                    keys: try mirrors.roots(of: aggregate.aggregate, touchedBy: part), group: part,
                    table: aggregate.rootTable)
            try gathering.roots[place].note(roots, known: known[place])
        }
    }

    private func apply(
        _ gathering: Gathering, as origin: ChangeGroup.Origin, _ isStopping: () -> Bool,
        counts: inout ApplyCounts
    ) throws {
        var group = ChangeGroup(records: [])
        group.origin = origin
        for (aggregate, gathered) in zip(aggregates, gathering.roots) {
            if aggregate.mayExchange {
                try gathered.join { roots in
                    try requireWork(isStopping)
                    return try aggregate.exchanged(roots, of: group, mirrors: mirrors)
                }
            }
            while true {
                try requireWork(isStopping)
                let (roots, known) = try gathered.next(rootsAtATime)
                if roots.keys.isEmpty { break }
                try aggregate.apply(
                    group, to: roots, isOfMany: true, mirrors: mirrors, history: history, knownRoots: known,
                    counts: &counts)
            }
        }
        counts.large += 1
    }

    private func requireWork(_ isStopping: () -> Bool) throws {
        guard isStopping() else { return }
        throw TargetError(
            .unavailable, "a large transaction was given up because the engine stops",
            hint: "it is applied from its beginning by the next engine")
    }
}
