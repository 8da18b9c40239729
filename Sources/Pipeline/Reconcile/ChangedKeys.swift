import Capture
import ChangeLog
import Guards
import Model

/// Which keys of which tables changed in the log, and where last: what may not be judged by rows that were
/// read before.
final class ChangedKeys {
    private struct Change {
        var position: Position
        var transaction: UInt64?
        /// Whether the row is there since.
        var isThere: Bool
    }

    private let context: String
    private let log: any LogReader
    /// Where the log stood when the pass began.
    private let start: LogOffset
    private var offset: LogOffset
    private var last: [String: [Key: Change]] = [:]
    /// Transactions that the first rows of a table did not show, and that the log had not passed since the
    /// pass began: they may have been logged before, and what they changed nobody remembers. What is not
    /// among them, and later rows do not show, the log has still to pass or has passed since.
    private var first: [String: Set<UInt64>] = [:]
    /// The transactions that the log has passed since.
    private var passed: Set<UInt64> = []
    /// Whether some rows that were judged, and in which something differed, lack a transaction of which
    /// nobody knows what it changed.
    private(set) var isAllInDoubt = false
    /// Whatever some rows that were judged did not show.
    private var everUnseen: Set<UInt64> = []
    /// Rows, by table, that are there by the log and stood on neither side when their range was judged: rows
    /// that were read did not show yet how they had come to be.
    private var unmet: [String: Set<Key>] = [:]

    /// - Parameter context: Whose chunks of history count.
    init(context: String, log: any LogReader, after offset: LogOffset) {
        self.context = context
        self.log = log
        start = offset
        self.offset = offset
    }

    /// Takes note of what rows of a table do not show, before the log is read up to where the store stands.
    func willJudge(_ table: String, without unseen: Set<UInt64>) {
        if first[table] == nil { first[table] = unseen.subtracting(passed) }
    }

    /// Takes in the log up to and with a record.
    ///
    /// - Throws: `NotComparable` when history was read meanwhile: what it brought may have changed when
    ///   nobody saw it, after legacy was read.
    func read(to end: LogOffset) throws {
        while offset < end {
            let records = try log.records(after: offset, byteLimit: 4 << 20)
            guard let reached = records.last?.offset else { return }
            for record in records {
                if let chunk = record.batch.chunk {
                    guard chunk.belongs(to: context), Guard.comparedIsWhole.holds else { continue }
                    throw NotComparable(
                        "the history of \(chunk.table) was read while it was compared",
                        hint: "compare again")
                }
                note(record.batch)
            }
            offset = reached
        }
    }

    /// Everything that the log has since the pass began, up to and with a record, a portion at a time.
    func eachPortion(to end: LogOffset, _ body: ([LogRecord]) throws -> Void) throws {
        var offset = start
        while offset < end {
            let records = try log.records(after: offset, byteLimit: 4 << 20)
            guard let reached = records.last?.offset else { return }
            try body(records.filter { $0.offset <= end })
            offset = reached
        }
    }

    /// The transactions that rows lack and that may have been logged before the pass began: which keys they
    /// changed is not known.
    func doubts(about table: String, without unseen: Set<UInt64>) -> Set<UInt64> {
        guard Guard.unseenIsDoubted.holds, !unseen.isEmpty else { return [] }
        return unseen.intersection(first[table] ?? []).subtracting(passed)
    }

    /// Whether nobody knows of some keys whether rows show them as they had become.
    func isInDoubt(_ chunk: RangeChunk, of table: String) -> Bool {
        !doubts(about: table, without: chunk.unseen).isEmpty
    }

    /// The keys of a table that rows do not show as they had become: they may agree with what the store has,
    /// and both be of the past.
    func hidden(by chunk: RangeChunk, in table: String) -> Set<Key> {
        hidden(without: chunk.unseen, in: table)
    }

    /// The same, of rows that lack these transactions.
    func hidden(without unseen: Set<UInt64>, in table: String) -> Set<Key> {
        guard Guard.changedIsNotJudged.holds, !unseen.isEmpty else { return [] }
        return Set((last[table] ?? [:]).filter { isIn(unseen, $0.value) }.keys)
    }

    /// Whether a key is another one in the store than the rows of a chunk show it, or may be: it changed
    /// after the chunk's frontier, or in a transaction that the chunk does not show.
    func contains(_ key: Key, of table: String, notIn chunk: RangeChunk) -> Bool {
        guard Guard.changedIsNotJudged.holds else { return false }
        if isInDoubt(chunk, of: table) { return true }
        guard let change = last[table]?[key] else { return false }
        // Whoever changes a row after a transaction has waited until that was visible: the last change tells.
        return change.position > chunk.frontier || isIn(chunk.unseen, change)
    }

    /// Takes note of rows that were judged.
    ///
    /// - Parameter met: The keys that one of the sides showed.
    func judged(_ chunk: RangeChunk, of table: String, met: some Sequence<Key>) {
        everUnseen.formUnion(chunk.unseen)
        let hidden = hidden(by: chunk, in: table).filter { last[table]?[$0]?.isThere ?? false }
        guard !hidden.isEmpty || unmet[table] != nil else { return }
        unmet[table] = (unmet[table] ?? []).union(hidden).subtracting(met)
    }

    /// Takes note that some rows were judged although nobody knows what they lack, and differ.
    func judgedInDoubt() { isAllInDoubt = true }

    /// The keys of a table that are there by the log and stood on neither side.
    func unmetKeys(of table: String) -> Set<Key> { unmet[table] ?? [] }

    /// The keys of a table that changed after a frontier.
    func keys(of table: String, since frontier: Position) -> [Key] {
        guard Guard.changedIsNotJudged.holds else { return [] }
        return (last[table] ?? [:]).filter { $0.value.position > frontier }.map(\.key)
    }

    /// The keys of a table that rows which were judged did not show as they had become.
    func unseenKeys(of table: String) -> [Key] {
        if everUnseen.isEmpty { return [] }
        return (last[table] ?? [:]).filter { isIn(everUnseen, $0.value) }.map(\.key)
    }

    /// Whether nothing in some tables has changed that a view does not show.
    ///
    /// - Parameter name: What the view is of, as `willJudge` had it.
    func isAtRest(_ tables: Set<String>, since view: QueryView, of name: String) -> Bool {
        doubts(about: name, without: view.unseen).isEmpty
            && tables.allSatisfy { table in
                (last[table] ?? [:]).values.allSatisfy {
                    $0.position <= view.frontier && !isIn(view.unseen, $0)
                }
            }
    }

    private func isIn(_ unseen: Set<UInt64>, _ change: Change) -> Bool {
        Guard.unseenIsDoubted.holds && (change.transaction.map(unseen.contains) ?? false)
    }

    private func note(_ batch: ChangeBatch) {
        for transaction in batch.transactions {
            if let id = transaction.id { passed.insert(id) }
            for one in batch.changes[transaction.changes] {
                let table = batch.tables[Int(one.table)]
                for (image, isThere) in [(one.before, false), (one.after, true)] {
                    guard let image else { continue }
                    let row = RowSlice.copy(batch.bytes, at: Int(image), columns: table.columns.count)
                    last[table.name, default: [:]][RowSlice.key(row, table: table)] = Change(
                        position: transaction.position, transaction: transaction.id, isThere: isThere)
                }
            }
        }
    }
}
