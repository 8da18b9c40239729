import Apply
import Capture
import ChangeLog
import Crypto
import Guards
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
        try onWholeHistory { ledger in
            let frontier = ledger.position
            // Read in the same view: what is set aside while legacy was compared must not be missed.
            let setAside = try setAside(aggregate)
            // A copy's row that changed after it was compared with legacy has not been compared.
            var changedRoots: Set<Key> = []
            if Guard.changedIsNotJudged.holds {
                try changed.eachPortion(to: ledger.offset) { records in
                    changedRoots.formUnion(
                        try mirrors.roots(of: aggregate, touchedIn: records, context: context.name))
                }
            }
            var after: Key?
            while true {
                let keys = try store.range(after: after, through: nil, limit: Self.chunkRows, access)
                let legacyKeys = (0..<keys.count).map { keys.key(of: $0, columns: Array(root.key.indices)) }
                var set = translator.makeSet()
                translator.translate(try mirrors.sources(of: aggregate, legacyKeys: legacyKeys), into: &set)
                try tally.compare(
                    set, at: frontier, setAside: setAside, changed: changedRoots.contains)
                tally.accept()
                guard keys.count == Self.chunkRows else { break }
                after = legacyKeys.last
            }
            try tally.finish(
                setAside: setAside, later: [], doubted: changedRoots.sorted(), at: frontier, context: context,
                translator: translator)
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
        var underWay: Set<UInt64> = []
        var tally = AggregateTally(
            aggregate: aggregate, translator: translator, store: store, rules: rules)
        let digested = try digested(aggregate)
        if let digested { tally.take(digested) }
        var left = (digested?.ranges ?? [.all])[...]
        var after = left.first?.after.map(Key.init(wholeNumber:))
        while let range = left.first {
            var tries = 0
            var chunk: RangeChunk
            repeat {
                chunk = try self.chunk(
                    of: table, after: after, through: range.through.map(Key.init(wholeNumber:)))
                tries += 1
                let set = translate(chunk, table, translator)
                var attempt = tally
                try comparing(chunk, of: table.name) {
                    try attempt.compare(
                        set, at: chunk.frontier, setAside: try setAside(aggregate),
                        hidden: changed.hidden(by: chunk, in: table.name)
                    ) { changed.contains($0, of: table.name, notIn: chunk) }
                }
                frontier = max(frontier, chunk.frontier)
                let isJudged = attempt.result.hot == tally.result.hot
                if isJudged && !waits(for: chunk, of: table.name) || tries == Self.triesMax {
                    start = min(start ?? chunk.frontier, chunk.frontier)
                    changed.judged(chunk, of: table.name, met: set.items.lazy.map(\.legacyKey))
                    underWay.formUnion(changed.doubts(about: table.name, without: chunk.unseen))
                    tally = attempt
                    tally.accept()
                    break
                }
                around.pause()
            } while true
            if !Guard.everyRangeIsCompared.holds { break }
            if !chunk.isLast, let last = chunk.lastKey {
                after = last
            } else {
                left.removeFirst()
                after = left.first?.after.map(Key.init(wholeNumber:))
            }
        }
        try onWholeHistory { ledger in
            try changed.read(to: ledger.offset)
            // A row that came after its range was read is demanded by nothing that was read.
            let later = changed.keys(of: table.name, since: start ?? .start)
            try tally.finish(
                setAside: try setAside(aggregate), later: later,
                doubted: changed.unseenKeys(of: table.name), unmet: changed.unmetKeys(of: table.name),
                at: frontier, context: context, translator: translator, underWay: underWay,
                in: digested?.ranges ?? [.all])
        }
        return tally
    }

    private func translate(
        _ chunk: RangeChunk, _ table: TableSchema, _ translator: AggregateTranslator
    ) -> TranslationSet {
        var set = translator.makeSet()
        let batch = chunk.batch
        unsafe batch.bytes.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            let rows = batch.changes.compactMap { $0.after }.map { image in
                // A damaged image has no key, and the translator says what is wrong with it.
                let isWhole = unsafe offsets.scan(arena, at: Int(image), columns: table.columns.count)
                let key = unsafe isWhole ? Key(arena, offsets: offsets, columns: table.key) : Key(bytes: [])
                return (legacyKey: key, image: Optional(Int(image)))
            }
            // The arena is the chunk's, which outlives this closure.
            unsafe translator.translate(rows: rows, arena: arena, into: &set)
        }
        return set
    }
}
