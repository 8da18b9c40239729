import Apply
import Capture
import ChangeLog
import Crypto
import Model
import Plan
import Translate

extension EqualityPass {
    /// Aggregates that join tables, against the copies, on one view of the store.
    func compareJoined(_ aggregate: CheckedAggregate, rules: [Int: CheckedTolerance]) throws -> AggregateTally
    {
        let translator = AggregateTranslator(context: context, aggregate: aggregate)
        let mirrors = try MirrorTables(context: context, store: store)
        let root = OwnedTables.mirror(of: context.reads[aggregate.root].table, context: context.name)
        let access = TableAccess(table: root, columns: root.key, key: root.key)
        var tally = AggregateTally(
            aggregate: aggregate, translator: translator, store: store, rules: rules)
        try store.snapshot {
            let frontier = try store.ledger(of: context.name)?.position ?? .start
            // Read in the same view: what is set aside while legacy was compared must not be missed.
            let setAside = try setAside(aggregate)
            var after: Key?
            while true {
                let keys = try store.range(after: after, through: nil, limit: Self.chunkRows, access)
                let legacyKeys = (0..<keys.count).map { keys.key(of: $0, columns: Array(root.key.indices)) }
                var set = translator.makeSet()
                translator.translate(try mirrors.sources(of: aggregate, legacyKeys: legacyKeys), into: &set)
                try tally.compare(set, at: frontier, setAside: setAside, changed: { _ in false })
                guard keys.count == Self.chunkRows else { break }
                after = legacyKeys.last
            }
            try tally.finish(
                setAside: setAside, unjudged: [], at: frontier, context: context, translator: translator)
        }
        return tally
    }

    /// Aggregates of one row, against legacy itself.
    func compareSingleRow(
        _ aggregate: CheckedAggregate, rules: [Int: CheckedTolerance]
    ) throws -> AggregateTally {
        let translator = AggregateTranslator(context: context, aggregate: aggregate)
        let table = context.reads[aggregate.root].table
        var start: Position?
        var tally = AggregateTally(
            aggregate: aggregate, translator: translator, store: store, rules: rules)
        var after: Key?
        while true {
            var tries = 0
            var chunk: RangeChunk
            repeat {
                chunk = try self.chunk(of: table, after: after)
                tries += 1
                // What was logged and is not visible yet could only be taken for a difference.
                if !chunk.unseen.isEmpty, tries < Self.triesMax {
                    around.pause()
                    continue
                }
                try around.waitUntilApplied(chunk.horizon)
                frontier = max(frontier, chunk.frontier)
                start = min(start ?? chunk.frontier, chunk.frontier)
                let set = translate(chunk, table, translator)
                var attempt = tally
                try store.snapshot {
                    try changed.read(to: try store.ledger(of: context.name)?.offset ?? .start)
                    try attempt.compare(
                        set, at: chunk.frontier, setAside: try setAside(aggregate)
                    ) { key in
                        !chunk.unseen.isEmpty
                            || changed.contains(key, of: table.name, since: chunk.frontier)
                    }
                }
                if attempt.result.hot == tally.result.hot || tries == Self.triesMax {
                    tally = attempt
                    break
                }
                around.pause()
            } while true
            guard !chunk.isLast, let last = chunk.lastKey else { break }
            after = last
        }
        try store.snapshot {
            try changed.read(to: try store.ledger(of: context.name)?.offset ?? .start)
            // A row that came after its range was read is demanded by nothing that was read.
            let unjudged = changed.keys(of: table.name, since: start ?? .start)
            try tally.finish(
                setAside: try setAside(aggregate), unjudged: unjudged, at: frontier, context: context,
                translator: translator)
        }
        return tally
    }

    private func translate(
        _ chunk: RangeChunk, _ table: TableSchema, _ translator: AggregateTranslator
    ) -> TranslationSet {
        var set = translator.makeSet()
        let batch = chunk.batch
        let rows = batch.changes.compactMap { change in
            change.after.map { image in
                let row = RowSlice.copy(batch.bytes, at: Int(image), columns: table.columns.count)
                return (legacyKey: RowSlice.key(row, table: table), image: Optional(Int(image)))
            }
        }
        unsafe batch.bytes.withUnsafeBytes { arena in
            // The arena is the chunk's, which outlives this closure.
            unsafe translator.translate(rows: rows, arena: arena, into: &set)
        }
        return set
    }
}
