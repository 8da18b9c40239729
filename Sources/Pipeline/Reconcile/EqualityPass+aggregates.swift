import Apply
import Capture
import ChangeLog
import Crypto
import Model
import Plan
import Translate

extension EqualityPass {
    /// Aggregates that join tables, against the copies, on one view of the store.
    func compareJoined(_ aggregate: CheckedAggregate, _ held: Quarantined) throws -> AggregateComparison {
        let translator = AggregateTranslator(context: context, aggregate: aggregate)
        let mirrors = try MirrorTables(context: context, store: store)
        let root = OwnedTables.mirror(of: context.reads[aggregate.root].table, context: context.name)
        let access = TableAccess(table: root, columns: root.key, key: root.key)
        var tally = AggregateTally(aggregate: aggregate, translator: translator, store: store)
        try store.snapshot {
            var after: Key?
            while true {
                let keys = try store.range(after: after, through: nil, limit: Self.chunkRows, access)
                let legacyKeys = (0..<keys.count).map { keys.key(of: $0, columns: Array(root.key.indices)) }
                var set = translator.makeSet()
                translator.translate(try mirrors.sources(of: aggregate, legacyKeys: legacyKeys), into: &set)
                try tally.compare(set, setAside: held.keys(of: aggregate.name), changed: { _ in false })
                guard keys.count == Self.chunkRows else { break }
                after = legacyKeys.last
            }
            try tally.finish(
                setAside: held.keys(of: aggregate.name), context: context, translator: translator)
        }
        return tally.result
    }

    /// Aggregates of one row, against legacy itself.
    func compareSingleRow(_ aggregate: CheckedAggregate, _ held: Quarantined) throws -> AggregateComparison {
        let translator = AggregateTranslator(context: context, aggregate: aggregate)
        let table = context.reads[aggregate.root].table
        let setAside = held.keys(of: aggregate.name)
        var tally = AggregateTally(aggregate: aggregate, translator: translator, store: store)
        var after: Key?
        while true {
            var tries = 0
            var chunk: RangeChunk
            repeat {
                chunk = try ranges.chunk(
                    of: table.name, after: after, limit: ChunkLimit(rows: Self.chunkRows, bytes: 4 << 20))
                try around.waitUntilApplied(chunk.frontier)
                frontier = max(frontier, chunk.frontier)
                let set = translate(chunk, table, translator)
                var attempt = tally
                try store.snapshot {
                    try changed.read(to: try store.ledger(of: context.name)?.offset ?? .start)
                    try attempt.compare(set, setAside: setAside) { key in
                        changed.contains(key, of: table.name, since: chunk.frontier)
                    }
                }
                tries += 1
                if attempt.result.hot == tally.result.hot || tries == Self.triesMax {
                    tally = attempt
                    break
                }
                around.pause()
            } while true
            guard !chunk.isLast, let last = chunk.lastKey else { break }
            after = last
        }
        try store.snapshot { try tally.finish(setAside: setAside, context: context, translator: translator) }
        return tally.result
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

/// Counts what a comparison of one aggregate finds.
struct AggregateTally {
    private let aggregate: CheckedAggregate
    private let access: TableAccess
    private let parts: [TableAccess]
    private let store: any TargetStore
    private var digest = SHA256()
    /// Rows of the store that were met: what is left over in the end is extra.
    private var met = 0
    /// The same of its parts, kind by kind.
    private var metParts: [Int]
    var result: AggregateComparison

    init(aggregate: CheckedAggregate, translator: AggregateTranslator, store: any TargetStore) {
        self.aggregate = aggregate
        self.store = store
        access = TableAccess(table: aggregate.table, columns: translator.columns, key: aggregate.table.key)
        parts = zip(aggregate.parts, translator.partColumns).map { part, columns in
            TableAccess(table: part.table, columns: columns, key: part.parent + part.key)
        }
        metParts = parts.map { _ in 0 }
        result = AggregateComparison(aggregate: aggregate.name)
    }

    mutating func compare(_ set: TranslationSet, setAside: Set<Key>, changed: (Key) -> Bool) throws {
        let items = set.items.filter { $0.outcome == .row && !setAside.contains($0.legacyKey) }
        var keys = RowBuffer(columns: access.key.count)
        for item in items { keys.append(item.serviceKey?.bytes ?? []) }
        let found = try store.fetch(keys, by: access.key, access)
        let children = try zip(parts, aggregate.parts).map { access, part in
            try store.fetch(keys, by: part.parent, access)
        }
        for (kind, child) in children.enumerated() { metParts[kind] += child.rows.count }
        for (index, item) in items.enumerated() {
            guard let row = item.row else { continue }
            let wanted = canonical(set.rows, row..<row + 1, access) + wantedParts(set, item)
            var held = canonical(found.rows, found.groups[index], access)
            for (kind, child) in children.enumerated() {
                held += [0] + canonical(child.rows, child.groups[index], parts[kind])
            }
            digest.update(data: wanted)
            result.compared += 1
            if !found.groups[index].isEmpty { met += 1 }
            if wanted == held { continue }
            if changed(item.legacyKey) {
                result.hot += 1
            } else if found.groups[index].isEmpty {
                result.missing += 1
            } else {
                result.different += 1
            }
        }
        for item in set.items {
            if case .pending = item.outcome { result.pending += 1 }
            // What cannot be translated and is not set aside is missing: it must never happen.
            if case .failed = item.outcome, !setAside.contains(item.legacyKey) { result.missing += 1 }
        }
    }

    /// Counts rows of the store that nothing demanded.
    mutating func finish(
        setAside: Set<Key>, context: CheckedContext, translator: AggregateTranslator
    ) throws {
        result.quarantined = setAside.count
        let keys = try serviceKeys(ofSetAside: setAside.sorted(), context, translator)
        let held = try store.fetch(keys, by: access.key, access).rows.count
        result.extra = max(0, try count(access) - met - held)
        // A part without its aggregate belongs to nobody: it is extra as well.
        for (kind, part) in aggregate.parts.enumerated() {
            let held = try store.fetch(keys, by: part.parent, parts[kind]).rows.count
            result.extra += max(0, try count(parts[kind]) - metParts[kind] - held)
        }
        result.digest = Hex.encode(digest.finalize())
    }

    /// Rows of a table.
    private func count(_ access: TableAccess) throws -> Int {
        var total = 0
        var after: Key?
        let keysOnly = TableAccess(table: access.table, columns: access.key, key: access.key)
        while true {
            let rows = try store.range(after: after, through: nil, limit: 10_000, keysOnly)
            total += rows.count
            guard rows.count == 10_000 else { return total }
            after = rows.key(of: rows.count - 1, columns: Array(access.key.indices))
        }
    }

    /// The service keys of what is set aside, which may still be in the store as it was before.
    private func serviceKeys(
        ofSetAside legacyKeys: [Key], _ context: CheckedContext, _ translator: AggregateTranslator
    ) throws -> RowBuffer {
        var keys = RowBuffer(columns: access.key.count)
        if legacyKeys.isEmpty { return keys }
        if KeyDependence.needsCrossReference(aggregate, reads: context.reads) {
            let references = CrossReferences(context: context.name, aggregate: aggregate.name, store: store)
            for entry in try references.entries(legacyKeys: legacyKeys).compactMap(\.self) {
                keys.append(entry.serviceKey.bytes)
            }
        } else {
            for key in legacyKeys.compactMap({ translator.serviceKey(ofLegacy: $0) }) {
                keys.append(key.bytes)
            }
        }
        return keys
    }

    private func wantedParts(_ set: TranslationSet, _ item: Translation) -> [UInt8] {
        var bytes: [UInt8] = []
        for (kind, range) in item.parts.enumerated() {
            bytes += [0] + canonical(set.parts[kind], range, parts[kind])
        }
        return bytes
    }

    /// The rows in canonical form, in the order of their canonical bytes.
    private func canonical(_ rows: RowBuffer, _ range: Range<Int>, _ access: TableAccess) -> [UInt8] {
        let columns = access.columns.map { access.table.columns[$0] }
        let forms = range.map { row in
            var bytes: [UInt8] = []
            CanonicalRow.append(rows[row], columns: columns, to: &bytes)
            return bytes
        }
        return Array(forms.sorted { $0.lexicographicallyPrecedes($1) }.joined())
    }
}
