import Apply
import ChangeLog
import Model
import Plan
import Translate

/// Collects from the log the changes of one record: of its root row, and of the rows that were joined to it
/// when they changed.
///
/// What belongs to the record is learnt on the way: every image of a row that belongs to it says which rows
/// join to that.
struct RecordChanges {
    private let context: CheckedContext
    private let aggregate: CheckedAggregate
    private let rootKey: Key
    /// For each alias that joins to another, the values of its own join columns that belong to the record.
    private var wanted: [Int: Set<Key>] = [:]
    /// Changes of a transaction whose end has not been read.
    private var unfinished: [RecordLife.Change] = []
    /// The changes found, in the order of the log.
    private(set) var found: [RecordLife.Change] = []

    init(context: CheckedContext, aggregate: CheckedAggregate, rootKey: Key, sources: AggregateSources?) {
        self.context = context
        self.aggregate = aggregate
        self.rootKey = rootKey
        guard let sources else { return }
        for alias in aggregate.uses {
            guard let joins = context.reads[alias].joins else { continue }
            let rows = sources.rows[joins]
            for row in 0..<rows.count {
                let key = rows.key(of: row, columns: context.reads[alias].pairs.map(\.joinedColumn))
                if !key.hasNull { wanted[alias, default: []].insert(key) }
            }
        }
    }

    /// Looks at the next record of the log.
    mutating func read(_ record: LogRecord) {
        if record.batch.isAbandonment { unfinished = [] }
        let images = ImageReader(batch: record.batch)
        let aliases = record.batch.tables.map(bindings)
        for transaction in record.batch.transactions {
            for change in record.batch.changes[transaction.changes] {
                for binding in aliases[Int(change.table)] where belongs(change, binding, images) {
                    learn(change, binding, images)
                    unfinished.append(describe(change, binding, transaction, record, images))
                    break
                }
            }
        }
        guard !record.batch.continues else { return }
        found += unfinished
        unfinished = []
    }

    /// An alias over a table in the shape in which a record holds it.
    private struct Binding {
        var alias: Int
        var table: TableSchema
        var key: [Int]
        var own: [Int]
    }

    private func bindings(_ table: TableSchema) -> [Binding] {
        aggregate.uses.compactMap { alias in
            let read = context.reads[alias]
            guard read.table.name == table.name else { return nil }
            func here(_ columns: [Int]) -> [Int]? {
                let found = columns.compactMap { table.index(of: read.table.columns[$0].name) }
                return found.count == columns.count ? found : nil
            }
            guard let key = here(read.table.key), let own = here(read.pairs.map(\.column)) else { return nil }
            return Binding(alias: alias, table: table, key: key, own: own)
        }
    }

    private func belongs(_ change: ChangeBatch.Change, _ binding: Binding, _ images: ImageReader) -> Bool {
        [change.before, change.after].contains { image in
            if binding.alias == aggregate.root {
                return images.key(image, of: binding.table, columns: binding.key) == rootKey
            }
            guard let values = wanted[binding.alias],
                let key = images.key(image, of: binding.table, columns: binding.own)
            else { return false }
            return values.contains(key)
        }
    }

    private mutating func learn(_ change: ChangeBatch.Change, _ binding: Binding, _ images: ImageReader) {
        for alias in aggregate.uses where context.reads[alias].joins == binding.alias {
            let read = context.reads[alias]
            let parent = context.reads[binding.alias].table
            let columns = read.pairs.compactMap {
                binding.table.index(of: parent.columns[$0.joinedColumn].name)
            }
            guard columns.count == read.pairs.count else { continue }
            for image in [change.before, change.after] {
                guard let key = images.key(image, of: binding.table, columns: columns), !key.hasNull else {
                    continue
                }
                wanted[alias, default: []].insert(key)
            }
        }
    }

    private func describe(
        _ change: ChangeBatch.Change, _ binding: Binding, _ transaction: ChangeBatch.Transaction,
        _ record: LogRecord,
        _ images: ImageReader
    ) -> RecordLife.Change {
        let before = images.cells(change.before, of: binding.table)
        let after = images.cells(change.after, of: binding.table)
        let columns = binding.table.columns.indices.compactMap { index -> RecordLife.ColumnChange? in
            let left = index < before.count ? before[index] : nil
            let right = index < after.count ? after[index] : nil
            // A value that was not sent says nothing of a change.
            guard left != right, right?.kind != .absent else { return nil }
            return RecordLife.ColumnChange(
                name: binding.table.columns[index].name, before: left, after: right)
        }
        let key = images.key(change.after ?? change.before, of: binding.table, columns: binding.key)
        return RecordLife.Change(
            offset: record.offset, position: record.batch.chunk?.frontier ?? transaction.position,
            committedAt: transaction.committedAt, appendedAt: record.appendedAt, origin: transaction.origin,
            operation: change.operation, alias: context.reads[binding.alias].alias, table: binding.table.name,
            key: key?.display ?? "", columns: columns)
    }
}
