import ChangeLog
import Guards
import Model

/// Changes that are applied as one step: a transaction where events need its boundary, a chunk of history, or
/// several transactions merged where only the last state of a key matters.
struct ChangeGroup {
    /// One change: which record holds it, where in the record it stands, and to which of the group's parts it
    /// belongs.
    struct Item {
        let record: Int
        let ordinal: Int
        var part = 0
    }

    /// Where a transaction committed, when, and which log record holds its last change.
    struct Origin {
        var position = Position.start
        var committedAt: Int64?
        var offset = LogOffset.start
    }

    /// The records that hold the images.
    let records: [LogRecord]
    /// The changes in source order.
    var items: [Item] = []
    /// Changes that Banyan made itself, which are not applied.
    private(set) var own: [Item] = []
    /// Of the last of its transactions.
    var origin = Origin()
    /// Of each of its transactions, where they are told apart although they are one step; otherwise empty.
    var parts: [Origin] = []
    /// For each kind of aggregate, what the group comes to, where that was computed before its turn came and
    /// is all that there is to it; empty when nothing was computed.
    var translated: [PlainRows?] = []
    /// Set when the rows are history.
    var chunk: ChunkCertificate?

    /// Where the last of its transactions committed.
    var position: Position { origin.position }
    /// The log record that holds its last change.
    var offset: LogOffset { origin.offset }

    /// Only a live change may have a live effect.
    var isHistorical: Bool { chunk != nil }

    /// The record that holds the chunk; nil when the group is no chunk.
    var chunkRecord: LogRecord? {
        guard isHistorical, let first = items.first else { return nil }
        return records[first.record]
    }

    /// What happened.
    func change(_ item: Item) -> ChangeBatch.Change { records[item.record].batch.changes[item.ordinal] }

    /// The table that it happened to.
    func table(_ item: Item) -> TableSchema {
        let batch = records[item.record].batch
        return batch.tables[Int(batch.changes[item.ordinal].table)]
    }

    /// How many columns the images of a change have.
    func columnCount(_ item: Item) -> Int {
        records[item.record].batch.tables[
            Int(records[item.record].batch.changes[item.ordinal].table)
        ].columns.count
    }

    /// The changes of one table, in source order.
    ///
    /// A batch may name a table several times, once for each shape that it had.
    func items(of table: String) -> [Item] { of(table, items) }

    /// Those of them that Banyan made itself.
    func own(of table: String) -> [Item] { own.isEmpty ? [] : of(table, own) }

    private func of(_ table: String, _ items: [Item]) -> [Item] {
        let isWanted = records.map { record in record.batch.tables.map { $0.name == table } }
        return items.filter { item in
            isWanted[item.record][Int(records[item.record].batch.changes[item.ordinal].table)]
        }
    }

    /// An image's key, by the columns of its table.
    func key(of item: Item, image: UInt32?, columns: [Int]) -> Key? {
        guard let image else { return nil }
        return unsafe records[item.record].batch.bytes.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // The log's checksum holds, so the image is as it was written; a damaged one gives no key.
            guard unsafe offsets.scan(arena, at: Int(image), columns: columnCount(item)) else {
                return nil
            }
            return unsafe Key(arena, offsets: offsets, columns: columns)
        }
    }

    /// The bytes of an image.
    func bytes(of item: Item, image: UInt32?) -> ArraySlice<UInt8>? {
        guard let image else { return nil }
        let end: Int? = unsafe records[item.record].batch.bytes.withUnsafeBytes { arena in
            var offsets = RowOffsets()
            // What is scanned is read only inside this closure.
            return unsafe offsets.scan(arena, at: Int(image), columns: columnCount(item)) ? offsets.end : nil
        }
        return end.map { records[item.record].batch.bytes[Int(image)..<$0] }
    }

    /// Cuts records into groups for one context.
    ///
    /// - Parameters:
    ///   - records: Records that end at a transaction's end.
    ///   - context: Whose chunks count.
    ///   - keepsBoundaries: Whether each transaction is a step of its own.
    static func cut(_ records: [LogRecord], context: String, keepsBoundaries: Bool) -> [ChangeGroup] {
        var groups: [ChangeGroup] = []
        var current = ChangeGroup(records: records)
        func finish() {
            if !current.items.isEmpty || !current.own.isEmpty || current.chunk != nil {
                groups.append(current)
            }
            current = ChangeGroup(records: records)
        }
        for (index, record) in records.enumerated() {
            let batch = record.batch
            if let chunk = batch.chunk {
                finish()
                guard chunk.belongs(to: context) else { continue }
                current.chunk = chunk
                current.add(batch.changes.indices, of: index)
                current.origin.offset = record.offset
                finish()
                continue
            }
            for transaction in batch.transactions {
                current.add(transaction, of: index)
                current.origin = Origin(
                    position: transaction.position, committedAt: transaction.committedAt,
                    offset: record.offset)
                let goesOn = batch.continues && transaction.changes.upperBound == batch.changes.count
                if keepsBoundaries, !goesOn, Guard.eventsSeeEachTransaction.holds { finish() }
            }
        }
        finish()
        return groups
    }

    /// Groups of the same records that become one step in which each is told apart.
    static func joined(_ groups: ArraySlice<ChangeGroup>) -> ChangeGroup {
        var joined = ChangeGroup(records: groups.first?.records ?? [])
        for group in groups {
            for item in group.items {
                joined.items.append(
                    Item(record: item.record, ordinal: item.ordinal, part: joined.parts.count))
            }
            joined.parts.append(group.origin)
            joined.origin = group.origin
        }
        return joined
    }

    /// What one record holds of one transaction.
    init(_ transaction: ChangeBatch.Transaction, of record: LogRecord) {
        records = [record]
        add(transaction, of: 0)
        origin = Origin(
            position: transaction.position, committedAt: transaction.committedAt, offset: record.offset)
    }

    /// No changes yet.
    init(records: [LogRecord]) {
        self.records = records
    }

    private mutating func add(_ transaction: ChangeBatch.Transaction, of record: Int) {
        if transaction.origin != .banyan || !Guard.ownWritesAreSkipped.holds {
            add(transaction.changes, of: record)
        } else {
            own += transaction.changes.map { Item(record: record, ordinal: $0) }
        }
    }

    private mutating func add(_ changes: Range<Int>, of record: Int) {
        // Room is not reserved: for a little each time, all that is there would be moved each time.
        for ordinal in changes { items.append(Item(record: record, ordinal: ordinal)) }
    }
}
