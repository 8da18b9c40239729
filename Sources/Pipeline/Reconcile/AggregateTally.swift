import Apply
import Crypto
import Model
import Plan
import Translate

/// Counts what a comparison of one aggregate finds.
struct AggregateTally {
    private let aggregate: CheckedAggregate
    private let access: TableAccess
    private let parts: [TableAccess]
    private let store: any TargetStore
    private var digest = SHA256()
    /// Fingerprints of the service keys that were demanded: what else the store holds in the end is extra. 64
    /// bits of a keyed hash stand for a key, so that ten million keys take less than half a gigabyte; the
    /// chance that an extra row is taken for one of them is below one in a billion.
    private let demanded = Demanded()
    /// Those of what was compared last, which may be compared again.
    private var fresh: [Int] = []
    /// Keys that were set aside at some time.
    private var everSetAside: Set<Key> = []
    /// How many parts of the demanded aggregates were met, kind by kind.
    private var metParts: [Int]
    private let rows: RowComparison
    private let partRows: [PartComparison]
    private(set) var list = DiscrepancyList()
    var result: AggregateComparison

    /// One set that all attempts at a comparison share: a copy of it for each would cost more than the rest.
    private final class Demanded {
        var keys: Set<Int> = []
    }

    /// - Parameter rules: The rules of columns that are not compared exactly, by their place in the table.
    init(
        aggregate: CheckedAggregate, translator: AggregateTranslator, store: any TargetStore,
        rules: [Int: CheckedTolerance]
    ) {
        self.aggregate = aggregate
        self.store = store
        access = TableAccess(table: aggregate.table, columns: translator.columns, key: aggregate.table.key)
        parts = zip(aggregate.parts, translator.partColumns).map { part, columns in
            TableAccess(table: part.table, columns: columns, key: part.parent + part.key)
        }
        metParts = parts.map { _ in 0 }
        rows = RowComparison(
            columns: translator.columns.map { aggregate.table.columns[$0] },
            rules: Dictionary(
                uniqueKeysWithValues: translator.columns.enumerated().compactMap { place, column in
                    rules[column].map { (place, $0) }
                }))
        partRows = zip(aggregate.parts, parts).map { PartComparison($0, $1) }
        result = AggregateComparison(aggregate: aggregate.name)
    }

    /// - Parameters:
    ///   - set: What the mapping demands.
    ///   - frontier: Up to where that is of.
    ///   - setAside: The legacy keys that are set aside.
    ///   - hidden: Legacy keys that are not shown as they have become.
    ///   - changed: Whether a legacy key changed after the frontier, or is hidden.
    mutating func compare(
        _ set: TranslationSet, at frontier: Position, setAside: Set<Key>, hidden: Set<Key> = [],
        changed: (Key) -> Bool
    ) throws {
        everSetAside.formUnion(setAside)
        for item in set.items where item.outcome == .row {
            fresh.append(Self.fingerprint(item.serviceKey))
        }
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
            digest.update(data: wanted)
            result.compared += 1
            if isHeld(wanted, as: set.rows[row], found, children, index), !hidden.contains(item.legacyKey) {
                continue
            }
            if changed(item.legacyKey) {
                leaveUnjudged(item)
            } else if let place = found.groups[index].first {
                var (fields, tolerated) = rows.differences(set.rows[row], found.rows[place])
                for (kind, child) in children.enumerated() {
                    fields += partRows[kind].differences(
                        set.parts[kind], item.parts[kind], child.rows, child.groups[index])
                }
                result.tolerated += tolerated
                if fields.isEmpty { continue }
                result.different += 1
                note(item, .content, fields, frontier)
            } else {
                result.missing += 1
                note(item, .missing, [], frontier)
            }
        }
        for item in set.items where item.outcome != .row {
            if hidden.contains(item.legacyKey), !setAside.contains(item.legacyKey) {
                leaveUnjudged(item)
                continue
            }
            if case .pending = item.outcome {
                result.pending += 1
                list.leaveOut(item.legacyKey.display, .waits)
            }
            guard case .failed = item.outcome, !setAside.contains(item.legacyKey) else { continue }
            // What cannot be translated and is not set aside is missing: it must never happen.
            if changed(item.legacyKey) {
                leaveUnjudged(item)
            } else {
                result.missing += 1
                note(item, .missing, [], frontier)
            }
        }
    }

    /// Whether a store holds a row and its parts as they are wanted.
    ///
    /// - Parameters:
    ///   - wanted: Them in canonical form.
    ///   - row: The row alone, as it is written.
    private func isHeld(
        _ wanted: [UInt8], as row: ArraySlice<UInt8>, _ found: RowGroups, _ children: [RowGroups],
        _ index: Int
    ) -> Bool {
        let group = found.groups[index]
        // What is written alike is alike.
        if children.isEmpty, group.count == 1, found.rows[group.lowerBound] == row { return true }
        var held = canonical(found.rows, group, access)
        for (kind, child) in children.enumerated() {
            held += [0] + canonical(child.rows, child.groups[index], parts[kind])
        }
        return wanted == held
    }

    /// Takes in what was found equal by digests.
    mutating func take(_ digested: EqualityPass.Digested) {
        result.compared += digested.rows
        digest.update(data: digested.digests)
    }

    /// What was compared last will not be compared again.
    mutating func accept() {
        demanded.keys.formUnion(fresh)
        fresh = []
    }

    private mutating func leaveUnjudged(_ item: Translation) {
        result.hot += 1
        list.leaveOut(item.legacyKey.display, .changes)
    }

    private mutating func note(
        _ item: Translation, _ kind: Discrepancy.Kind, _ fields: [FieldDifference], _ frontier: Position
    ) {
        list.add(
            Discrepancy(
                of: aggregate.name, kind, key: item.serviceKey ?? item.legacyKey,
                legacyKey: item.legacyKey.display,
                fields: fields, frontier: frontier))
    }

    /// Counts rows of the store that nothing demanded.
    ///
    /// - Parameters:
    ///   - setAside: The legacy keys that are set aside now.
    ///   - later: Legacy keys that changed after their range was compared.
    ///   - doubted: Legacy keys that were not as the comparison took them to be.
    ///   - unmet: Legacy keys of rows that are there and that nothing showed.
    ///   - frontier: Up to where legacy was compared.
    ///   - underWay: Transactions of which nobody knows what they changed: any row may be theirs.
    ///   - ranges: The ranges of keys that were compared row by row.
    mutating func finish(
        setAside: Set<Key>, later: [Key], doubted: [Key], unmet: Set<Key> = [], at frontier: Position,
        context: CheckedContext, translator: AggregateTranslator, underWay: Set<UInt64> = [],
        in ranges: [KeyRange] = [.all]
    ) throws {
        let aside = everSetAside.union(setAside)
        result.quarantined = aside.count
        for key in aside.sorted() { list.leaveOut(key.display, .setAside) }
        var keys = try serviceKeys(of: aside.sorted(), context, translator)
        var sparedKeys = Set((0..<keys.count).map { keys.key(of: $0) })
        for key in unmet.subtracting(aside).sorted() {
            result.hot += 1
            list.leaveOut(key.display, .changes)
        }
        result.hot += underWay.count
        list.leaveOut(underWay)
        // What is demanded has been compared, its parts included.
        var unknown: Set<Key> = []
        let known = [(Array(unmet), false), (doubted, true), (later, false)]
        for (changed, isDoubted) in known {
            let found = try serviceKeys(
                of: changed.filter { !aside.contains($0) }.sorted(), context, translator)
            for row in 0..<found.count {
                let key = found.key(of: row)
                guard !demanded.keys.contains(Self.fingerprint(key)), sparedKeys.insert(key).inserted else {
                    continue
                }
                keys.append(key.bytes)
                if isDoubted { unknown.insert(key) }
            }
        }
        for key in sparedKeys { list.spare(key.display) }
        let keysInRow = Array(access.key.indices)
        try eachPage(of: access, in: ranges) { rows in
            for row in 0..<rows.count {
                let key = rows.key(of: row, columns: keysInRow)
                if demanded.keys.contains(Self.fingerprint(key)) { continue }
                if sparedKeys.contains(key) ? unknown.contains(key) : !underWay.isEmpty {
                    result.hot += 1
                    list.leaveOut(key.display, .changes)
                    list.spare(key.display)
                    continue
                }
                if sparedKeys.contains(key) { continue }
                result.extra += 1
                list.add(
                    Discrepancy(
                        of: aggregate.name, .extra, key: key, legacyKey: nil, frontier: frontier))
            }
        }
        try countOrphans(spared: keys, sparedKeys, at: frontier)
        result.digest = Hex.encode(digest.finalize())
    }

    /// Counts parts without their aggregate, which belong to nobody: they are extra as well. Parts are
    /// compared on one view of the store.
    private mutating func countOrphans(
        spared keys: RowBuffer, _ sparedKeys: Set<Key>, at frontier: Position
    ) throws {
        for (kind, part) in aggregate.parts.enumerated() {
            let held = try store.fetch(keys, by: part.parent, parts[kind]).rows.count
            var total = 0
            try eachPage(of: parts[kind]) { total += $0.count }
            let extra = max(0, total - metParts[kind] - held)
            result.extra += extra
            if extra == 0 { continue }
            let parent = Array(part.parent.indices)
            try eachPage(of: parts[kind]) { rows in
                for row in 0..<rows.count {
                    let key = rows.key(of: row, columns: parent)
                    if demanded.keys.contains(Self.fingerprint(key)) || sparedKeys.contains(key) { continue }
                    list.add(
                        Discrepancy(
                            of: "\(aggregate.name).\(part.name)", .extra, key: rows.key(of: row),
                            legacyKey: nil, frontier: frontier))
                }
            }
        }
    }

    private static func fingerprint(_ key: Key?) -> Int {
        var hasher = Hasher()
        hasher.combine(key?.bytes)
        return hasher.finalize()
    }

    /// Every key of a table in some ranges, page by page.
    private func eachPage(
        of access: TableAccess, in ranges: [KeyRange] = [.all], _ body: (RowBuffer) -> Void
    ) throws {
        let keysOnly = TableAccess(table: access.table, columns: access.key, key: access.key)
        for range in ranges {
            var after = range.after.map(Key.init(wholeNumber:))
            let through = range.through.map(Key.init(wholeNumber:))
            while true {
                let rows = try store.range(after: after, through: through, limit: 10_000, keysOnly)
                body(rows)
                guard rows.count == 10_000 else { break }
                after = rows.key(of: rows.count - 1, columns: Array(access.key.indices))
            }
        }
    }

    /// The service keys of what is not judged, which may still be in the store as it was before.
    private func serviceKeys(
        of legacyKeys: [Key], _ context: CheckedContext, _ translator: AggregateTranslator
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
        if range.count == 1 {
            var bytes: [UInt8] = []
            CanonicalRow.append(rows[range.lowerBound], columns: columns, to: &bytes)
            return bytes
        }
        let forms = range.map { row in
            var bytes: [UInt8] = []
            CanonicalRow.append(rows[row], columns: columns, to: &bytes)
            return bytes
        }
        return Array(forms.sorted { $0.lexicographicallyPrecedes($1) }.joined())
    }
}
