import ChangeLog
import Model

/// Looks in the log for transactions that were torn apart: every row says which operation changed it last,
/// and so which of the writer's transactions it belongs to.
struct TransactionAudit {
    /// The writer's transactions of which the log has parts in more than one of its own.
    private(set) var torn: Set<String> = []
    /// The writer's transactions that the log has.
    private(set) var seen: Set<String> = []
    private var open: Set<String> = []

    /// Reads a whole log.
    init(path: String) throws {
        let reader = try EmbeddedLog(path: path).observer()
        var offset = try reader.base()
        while true {
            let records = try reader.records(after: offset, byteLimit: 4 << 20)
            guard let last = records.last else { return }
            for record in records where !record.batch.isHistorical { add(record.batch) }
            offset = last.offset
        }
    }

    private mutating func add(_ batch: ChangeBatch) {
        // What was begun before a crash is read again from its start.
        if batch.isAbandonment { open = [] }
        for transaction in batch.transactions {
            for ordinal in transaction.changes {
                if let name = writer(of: batch.changes[ordinal], batch) { open.insert(name) }
            }
            let goesOn = batch.continues && transaction.changes.upperBound == batch.changes.count
            if goesOn { continue }
            torn.formUnion(open.intersection(seen))
            seen.formUnion(open)
            open = []
        }
    }

    /// The transaction that a change marks its row with; nil for one that leaves no mark.
    private func writer(of change: ChangeBatch.Change, _ batch: ChangeBatch) -> String? {
        let table = batch.tables[Int(change.table)]
        guard let column = table.index(of: "last_op") else { return nil }
        let mark = text(change.after, column, table, batch)
        guard let mark, mark != text(change.before, column, table, batch) else { return nil }
        // A mark is the transaction's name and the operation's number.
        return mark.split(separator: ".").first.map(String.init)
    }

    private func text(_ start: UInt32?, _ column: Int, _ table: TableSchema, _ batch: ChangeBatch) -> String?
    {
        guard let start else { return nil }
        let key: Key? = unsafe batch.bytes.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // The log's checksum holds, so the image is as it was written; a damaged one gives no text.
            guard unsafe offsets.scan(arena, at: Int(start), columns: table.columns.count) else { return nil }
            return unsafe Key(arena, offsets: offsets, columns: [column])
        }
        guard let key, !key.hasNull else { return nil }
        return key.display
    }
}
