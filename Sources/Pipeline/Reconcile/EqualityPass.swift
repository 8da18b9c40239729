public import Apply
public import Capture
public import ChangeLog
import Crypto
import Guards
public import Model
public import Plan
import Translate

/// Compares a context's service store with what the mapping demands of legacy, while both sides live.
///
/// A chunk of legacy is exact at a frontier. It is compared with the store once the ledger has passed that
/// frontier; a key that changed in between is not judged but read again. What differs and did not change is a
/// fact. For aggregates that join tables, the copies of those tables are compared with legacy in this way,
/// and the aggregates with the copies on one view of the store: both together say that the store is the
/// mapping of legacy.
public final class EqualityPass {
    /// What the pass needs of the world around it.
    public struct Surroundings {
        /// Waits until the context's ledger has passed a position; throws when that takes too long.
        public var waitUntilApplied: (Position) throws -> Void
        /// Waits a little before a range is read again.
        public var pause: () -> Void
        /// What legacy is read on while the store is looked at; nil for one after the other.
        public var ahead: (any SecondThread)?

        /// Collects what the pass needs.
        public init(
            waitUntilApplied: @escaping (Position) throws -> Void, pause: @escaping () -> Void,
            ahead: (any SecondThread)? = nil
        ) {
            self.waitUntilApplied = waitUntilApplied
            self.pause = pause
            self.ahead = ahead
        }
    }

    let context: CheckedContext
    let store: any TargetStore
    let ranges: any RangeReader
    let around: Surroundings
    var changed: ChangedKeys
    private let shapes: [String: ReadShape]
    /// The highest frontier that was compared.
    var frontier = Position.start
    /// What was found, by what it is of.
    private var found: [(name: String, list: DiscrepancyList)] = []
    /// How often the pass waits, in all of its course, for transactions that were under way when it began.
    private var waits = EqualityPass.triesMax
    static let chunkRows = 5_000
    static let triesMax = 50

    /// A pass over one context.
    ///
    /// - Parameters:
    ///   - context: What is compared.
    ///   - store: The service store, on a connection that only the pass uses.
    ///   - ranges: Legacy, on a connection that only the pass uses.
    ///   - log: The log, with a reader that only the pass uses.
    ///   - around: What the pass needs of the world.
    public init(
        context: CheckedContext, store: any TargetStore, ranges: any RangeReader, log: any LogReader,
        around: Surroundings
    ) throws {
        self.context = context
        self.store = store
        self.ranges = ranges
        self.around = around
        shapes = ReadShape.all(of: context)
        changed = ChangedKeys(
            context: context.name, log: log, after: try store.ledger(of: context.name)?.offset ?? .start)
    }

    /// Compares everything.
    public func run() throws -> EqualityReport {
        var copies: [CopyComparison] = []
        for table in copiedTables() { copies.append(try compareCopy(of: table)) }
        // A row of a copy that nobody could judge may be a wrong one.
        let areCopiesInDoubt = changed.isAllInDoubt
        var aggregates: [AggregateComparison] = []
        var inDoubt: Set<String> = []
        for (index, aggregate) in context.aggregates.enumerated() {
            let own = context.reconciliation.fields.filter { $0.aggregate == index }
            let rules = Dictionary(own.map { ($0.column, $0.tolerance) }) { first, _ in first }
            let tally =
                aggregate.isSingleRow
                ? try compareSingleRow(aggregate, rules: rules) : try compareJoined(aggregate, rules: rules)
            let areCopiesRight =
                copies.allSatisfy { $0.missing + $0.extra + $0.different == 0 } && !areCopiesInDoubt
            if aggregate.isSingleRow || areCopiesRight {
                aggregates.append(tally.result)
                found.append((aggregate.name, tally.list))
            } else {
                // What is computed from a wrong copy speaks for nobody.
                inDoubt.insert(aggregate.name)
                aggregates.append(tally.result.unjudged)
                found.append((aggregate.name, tally.list.unjudged))
            }
        }
        var report = EqualityReport(
            context: context.name, frontier: frontier, copies: copies, aggregates: aggregates,
            references: try compareReferences(),
            totals: try compareTotals(
                waiting: aggregates.map(\.pending).reduce(0, +)))
        report.inDoubt = inDoubt
        for (name, list) in found {
            report.discrepancies += list.kept
            report.discrepanciesMore += list.more
            if !list.leftOut.isEmpty { report.unjudged[name] = list.leftOut }
            if !list.spared.isEmpty { report.spared[name] = list.spared }
            // Behind transactions of which nobody knows what they changed any key may stand.
            let isInDoubt = list.leftOut.contains { $0.reason == .underWay }
            if list.more + list.unjudgedMore > 0 || isInDoubt { report.isListed = false }
        }
        return report
    }

    /// The tables that are copied, with the columns that are used: the others may differ.
    private func copiedTables() -> [TableSchema] {
        var names: Set<String> = []
        var tables: [TableSchema] = []
        for aggregate in context.aggregates where !aggregate.isSingleRow {
            for alias in aggregate.uses where names.insert(context.reads[alias].table.name).inserted {
                let table = context.reads[alias].table
                tables.append(table.restricted(to: context.columnsUsed(of: table.name)))
            }
        }
        return tables
    }

    /// The legacy keys of an aggregate that are set aside now.
    func setAside(_ aggregate: CheckedAggregate) throws -> Set<Key> {
        let table = OwnedTables.quarantine
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        let rows = try store.scan(access)
        let entries = (0..<rows.count).compactMap { QuarantineEntry(rows.cells(of: $0)) }
        return Set(
            entries.filter { $0.context == context.name && $0.aggregate == aggregate.name }.map(\.legacyKey))
    }

    // MARK: copies

    private func compareCopy(of table: TableSchema) throws -> CopyComparison {
        let copy = OwnedTables.mirror(of: table, context: context.name)
        let access = TableAccess(table: copy, columns: Array(copy.columns.indices), key: copy.key)
        var result = CopyComparison(table: table.name)
        var digest = SHA256()
        var list = DiscrepancyList()
        var underWay: Set<UInt64> = []
        var after: Key?
        while true {
            let (chunk, wanted) = try settled(table, after: after) { chunk in
                let through = chunk.isLast ? nil : chunk.lastKey
                return try self.rows(
                    try self.store.range(after: after, through: through, limit: .max, access), access)
            }
            result.add(wanted, &digest)
            list.take(wanted.list)
            underWay.formUnion(changed.doubts(about: table.name, without: chunk.unseen))
            guard !chunk.isLast, let last = chunk.lastKey, Guard.everyRangeIsCompared.holds else { break }
            after = last
        }
        let unmet = changed.unmetKeys(of: table.name)
        for key in unmet.sorted() {
            list.leaveOut(key.display, .changes)
            list.spare(key.display)
        }
        list.leaveOut(underWay)
        result.hot += unmet.count + underWay.count
        result.digest = Hex.encode(digest.finalize())
        found.append(("table:\(table.name)", list))
        return result
    }

    /// Reads a chunk and what the store holds against it, again and again, until no key in doubt has changed
    /// in between.
    private func settled(
        _ table: TableSchema, after: Key?, held: (RangeChunk) throws -> [Key: [UInt8]]
    ) throws -> (chunk: RangeChunk, outcome: RangeOutcome) {
        var tries = 0
        while true {
            let chunk = try chunk(of: table, after: after)
            tries += 1
            let source = sourceRows(chunk, table)
            let target = try comparing(chunk, of: table.name) { try held(chunk) }
            frontier = max(frontier, chunk.frontier)
            var outcome = RangeOutcome(wanted: source)
            var inDoubt = 0
            let keys = Set(source.keys).union(target.keys)
            let hidden = changed.hidden(by: chunk, in: table.name)
            for key in keys where source[key] != target[key] || hidden.contains(key) {
                if changed.contains(key, of: table.name, notIn: chunk) {
                    inDoubt += 1
                    outcome.list.leaveOut(key.display, .changes)
                    outcome.list.spare(key.display)
                } else {
                    outcome.note(key, wanted: source[key], held: target[key], chunk.frontier, table)
                }
            }
            if inDoubt == 0 && !waits(for: chunk, of: table.name) || tries == Self.triesMax {
                outcome.hot = inDoubt
                changed.judged(chunk, of: table.name, met: keys)
                if inDoubt > 0, changed.isInDoubt(chunk, of: table.name) { changed.judgedInDoubt() }
                return (chunk, outcome)
            }
            around.pause()
        }
    }

    /// Whether rows are worth being read again because nobody knows yet what they lack, though nothing in
    /// them differs.
    func waits(for chunk: RangeChunk, of table: String) -> Bool {
        guard waits > 0, changed.isInDoubt(chunk, of: table) else { return false }
        waits -= 1
        return true
    }

    /// Looks at the store once it shows everything that a chunk shows, on one view of it.
    func comparing<T>(_ chunk: RangeChunk, of table: String, _ body: () throws -> T) throws -> T {
        changed.willJudge(table, without: chunk.unseen)
        if Guard.frontierIsApplied.holds { try around.waitUntilApplied(chunk.horizon) }
        return try onWholeHistory { ledger in
            try changed.read(to: ledger.offset)
            return try body()
        }
    }

    /// Looks at one view of the store, if it holds the history of every table: what has not been read yet, or
    /// not anew, could only be taken for a difference.
    func onWholeHistory<T>(_ body: (LedgerEntry) throws -> T) throws -> T {
        try store.snapshot {
            let unfinished = try HistoryReader(context: context, store: store).unfinished
            if Guard.comparedIsWhole.holds, let table = unfinished.first {
                throw NotComparable(
                    "the history of \(table) is still being read",
                    hint: "compare again when it has been; `banyan status` shows how far it is")
            }
            guard let ledger = try store.ledger(of: context.name) else {
                throw NotComparable("\(context.name) has applied nothing yet", hint: "start `banyan run`")
            }
            return try body(ledger)
        }
    }

    /// A chunk of legacy, its rows in the shape in which they are compared.
    ///
    /// - Parameter through: The last key that is wanted; nil for no limit.
    func chunk(of table: TableSchema, after: Key?, through: Key? = nil) throws -> RangeChunk {
        var chunk: RangeChunk
        let limit = ChunkLimit(rows: Self.chunkRows, bytes: 4 << 20)
        do {
            if let through, let bounded = ranges as? any RangeDigester {
                chunk = try bounded.chunk(of: table.name, after: after, through: through, limit: limit)
            } else {
                chunk = try ranges.chunk(of: table.name, after: after, limit: limit)
            }
        } catch let error as UnreadableTable {
            throw TargetError(
                .schemaChanged, "legacy cannot be compared: \(error.unknown.reason)",
                hint: error.unknown.remedy)
        }
        guard let found = chunk.batch.tables.first else { return chunk }
        if let misfit = shapes[table.name]?.misfit(of: found) {
            throw TargetError(
                .schemaChanged, "legacy holds \(misfit)",
                hint: "check the plan again against the table as it is, and read history again")
        }
        if found.columns.map(\.name) == table.columns.map(\.name) { return chunk }
        guard let batch = chunk.batch.reshaped([0: table]) else {
            throw TargetError(
                .failed, "a row of \(table.name) came damaged", hint: "this is a defect of Banyan's")
        }
        chunk.batch = batch
        return chunk
    }

    func sourceRows(_ chunk: RangeChunk, _ table: TableSchema) -> [Key: [UInt8]] {
        var rows: [Key: [UInt8]] = [:]
        let batch = chunk.batch
        for change in batch.changes {
            guard let image = change.after else { continue }
            let row = RowSlice.copy(batch.bytes, at: Int(image), columns: table.columns.count)
            var canonical: [UInt8] = []
            CanonicalRow.append(row[...], columns: table.columns, to: &canonical)
            rows[RowSlice.key(row, table: table)] = canonical
        }
        return rows
    }

    func rows(_ buffer: RowBuffer, _ access: TableAccess) throws -> [Key: [UInt8]] {
        var rows: [Key: [UInt8]] = [:]
        let columns = access.columns.map { access.table.columns[$0] }
        for row in 0..<buffer.count {
            var canonical: [UInt8] = []
            CanonicalRow.append(buffer[row], columns: columns, to: &canonical)
            rows[buffer.key(of: row, columns: access.keyInRow)] = canonical
        }
        return rows
    }
}
