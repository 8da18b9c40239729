import ChangeLog
import Model
import Plan

extension ContextApplier {
    /// Computes aggregates of one row again from the last image that the log holds of each key.
    ///
    /// The log is read once to see how much it holds, and then once for each 64 MB of images, so memory stays
    /// bounded.
    ///
    /// - Throws: `LogError` with `trimmed` when retention has taken part of the history: the log alone then
    ///   says too little.
    func relive(
        _ aggregate: AggregateApplier, log: any LogReader, where isWanted: (Key) -> Bool,
        from entry: LedgerEntry
    ) throws -> Int {
        var bytes = 0
        let start = try newestRestart(
            of: [aggregate.rootTable.name], in: log, through: entry.offset)
        try images(of: aggregate, in: log, after: start, through: entry.offset) { key, image, _ in
            if isWanted(key) { bytes += key.bytes.count + (image?.count ?? 0) }
        }
        let passes = UInt64(1 + bytes / Self.relivedBytes)
        let columns = aggregate.rootTable.columns.count
        var count = 0
        for pass in 0..<passes {
            var last: [Key: [UInt8]?] = [:]
            try images(of: aggregate, in: log, after: start, through: entry.offset) { key, image, isSameRow in
                guard isWanted(key), Self.bucket(of: key) % passes == pass else { return }
                let earlier = isSameRow ? last[key] ?? nil : nil
                let whole = image.map { image in
                    earlier.map { RowImage.completed(image, from: $0[...], columns: columns) } ?? image
                }
                last.updateValue(whole.map(Array.init), forKey: key)
            }
            let keys = last.keys.sorted()
            for start in stride(from: 0, to: keys.count, by: 1_000) {
                let some = keys[start..<min(start + 1_000, keys.count)]
                let rows = some.map { key in
                    let image = last[key] ?? nil
                    return (key: key, image: image, cause: RootRows.Cause.lastState(image))
                }
                try transaction(from: entry, to: entry) { try relive(rows, aggregate, entry) }
                count += rows.count
            }
        }
        return count
    }

    private static let relivedBytes = 64 << 20

    private func relive(
        _ rows: [(key: Key, image: [UInt8]?, cause: RootRows.Cause)], _ aggregate: AggregateApplier,
        _ entry: LedgerEntry
    ) throws {
        var group = ChangeGroup(records: [])
        group.origin.position = entry.position
        group.origin.offset = entry.offset
        group.chunk = .replay(context: context.name, table: aggregate.rootTable.name)
        var done = ApplyCounts()
        var step = AggregateStep(
            group: group, roots: RootRows(replay: rows), hasHistory: true, knownRoots: [])
        step.active = rows.indices.filter { aggregate.book.quarantined[rows[$0].key] == nil }
        try aggregate.run(step, mirrors: mirrors, counts: &done)
    }

    /// Every image of the aggregate's rows that the log holds after a record, in order: nil where a row went
    /// away; and whether it is a later state of the row that had the key before.
    private func images(
        of aggregate: AggregateApplier, in log: any LogReader, after start: LogOffset, through end: LogOffset,
        _ take: (Key, ArraySlice<UInt8>?, _ isSameRow: Bool) -> Void
    ) throws {
        let table = aggregate.rootTable
        func takeRows(of group: ChangeGroup) {
            for item in group.items(of: table.name) {
                let change = group.change(item)
                let before = group.key(of: item, image: change.before, columns: table.key)
                let after = group.key(of: item, image: change.after, columns: table.key)
                if let before, before != after { take(before, nil, false) }
                guard let after else { continue }
                take(after, group.bytes(of: item, image: change.after), before == after)
            }
        }
        try forEachPortion(of: log, after: start, through: end) { portion in
            switch portion {
            case .records(let records):
                let ready = try shapes.conforming(records)
                for group in ChangeGroup.cut(ready, context: context.name, keepsBoundaries: false) {
                    takeRows(of: group)
                }
            case .large(let large):
                try forEachPart(of: large, in: log) { part, _ in takeRows(of: part) }
            }
        }
    }

    /// A number that spreads keys evenly and is the same in every process (FNV-1a).
    private static func bucket(of key: Key) -> UInt64 {
        key.bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }
}
