import Apply
import Capture
import Guards
import Model
import Plan

extension EqualityPass {
    /// What the digests of both sides left to be compared row by row.
    struct Digested {
        /// Rows in ranges that are equal.
        var rows = 0
        /// The digests of those ranges, in their order.
        var digests: [UInt8] = []
        /// What is left, in the order of keys.
        var ranges: [KeyRange] = []
        /// What is equal and behind the last of them: rows, and their digests.
        fileprivate var gap: (rows: Int, digests: [UInt8]) = (0, [])
    }

    /// How many rows are digested at once.
    private static let digestRows = 50_000
    /// Ranges with so many rows between them are compared as one: what it costs to begin one is more.
    fileprivate static let gapMax = 1_000

    /// Compares an aggregate that holds columns of legacy as they are by what both systems say of ranges of
    /// keys, where both say it in one form. While the service digests a range, legacy digests the next one.
    ///
    /// - Returns: Nil where rows have to be compared, and everything of them.
    func digested(_ aggregate: CheckedAggregate) throws -> Digested? {
        guard let legacy = ranges as? any RangeDigester, let service = store as? any DigestStore,
            let plain = PlainColumns(aggregate, reads: context.reads), aggregate.table.key.count == 1
        else { return nil }
        let table = context.reads[aggregate.root].table
        let columns = plain.legacy.map { table.columns[$0].name }
        let access = TableAccess(table: aggregate.table, columns: plain.service, key: aggregate.table.key)
        guard let form = try legacy.digestForm(of: table.name, columns: columns),
            try service.digestForm(access) == form
        else { return nil }
        let ahead = ReadAhead(around.ahead) { after in
            try legacy.digests(of: table.name, columns: columns, after: after, rows: Self.digestRows)
        }
        defer { ahead.end() }
        var found = Digested()
        ahead.begin(after: nil)
        while true {
            guard let view = try ahead.next() else { return nil }
            let isLast = view.range.through == nil
            if let through = view.range.through { ahead.begin(after: through) }
            let (digests, hidden) = try comparing(view, of: table.name) {
                let hidden = changed.hidden(without: view.unseen, in: table.name)
                let isInDoubt = !changed.doubts(about: table.name, without: view.unseen).isEmpty
                return (
                    try service.digests(access, in: view.range, shift: view.shift),
                    isInDoubt ? nil : Set(hidden.compactMap { $0.wholeNumber.map { $0 >> view.shift } })
                )
            }
            guard let held = digests else { return nil }
            frontier = max(frontier, view.frontier)
            for bucket in Set(view.digests.keys).union(held.keys).union(hidden ?? []).sorted() {
                let wanted = view.digests[bucket]
                if let hidden, wanted == held[bucket], !hidden.contains(bucket) {
                    found.gap.rows += wanted?.rows ?? 0
                    found.gap.digests += "\(bucket) \(wanted?.rows ?? 0) \(wanted?.sum ?? "")\n".utf8
                } else {
                    found.leave(view.range.bucket(bucket, shift: view.shift))
                }
            }
            if isLast || !Guard.everyRangeIsCompared.holds {
                found.takeGap()
                return found
            }
        }
    }

    private func comparing<T>(_ view: DigestView, of table: String, _ body: () throws -> T) throws -> T {
        changed.willJudge(table, without: view.unseen)
        if Guard.frontierIsApplied.holds { try around.waitUntilApplied(view.horizon) }
        return try onWholeHistory { ledger in
            try changed.read(to: ledger.offset)
            return try body()
        }
    }
}

extension EqualityPass.Digested {
    /// Leaves a range to be compared row by row, together with the one before it when little lies between.
    fileprivate mutating func leave(_ range: KeyRange) {
        if let last = ranges.last, gap.rows <= EqualityPass.gapMax {
            ranges[ranges.count - 1] = KeyRange(after: last.after, through: range.through)
            gap = (0, [])
        } else {
            takeGap()
            ranges.append(range)
        }
    }

    /// Takes in what was equal behind the last range that was left.
    fileprivate mutating func takeGap() {
        rows += gap.rows
        digests += gap.digests
        gap = (0, [])
    }
}
