import ChangeLog
import Model

/// Which keys of which tables changed in the log, and where last: what may not be judged at an older
/// frontier.
final class ChangedKeys {
    private let log: any LogReader
    private var offset: LogOffset
    private var last: [String: [Key: Position]] = [:]

    init(log: any LogReader, after offset: LogOffset) {
        self.log = log
        self.offset = offset
    }

    /// Takes in the log up to and with a record.
    func read(to end: LogOffset) throws {
        while offset < end {
            let records = try log.records(after: offset, byteLimit: 4 << 20)
            guard let reached = records.last?.offset else { return }
            for record in records where record.batch.chunk == nil { note(record.batch) }
            offset = reached
        }
    }

    /// Whether a key changed after a frontier.
    func contains(_ key: Key, of table: String, since frontier: Position) -> Bool {
        guard let position = last[table]?[key] else { return false }
        return position > frontier
    }

    /// The keys of a table that changed after a frontier.
    func keys(of table: String, since frontier: Position) -> [Key] {
        (last[table] ?? [:]).filter { $0.value > frontier }.map(\.key)
    }

    private func note(_ batch: ChangeBatch) {
        for transaction in batch.transactions {
            for change in batch.changes[transaction.changes] {
                let table = batch.tables[Int(change.table)]
                for image in [change.before, change.after] {
                    guard let image else { continue }
                    let row = RowSlice.copy(batch.bytes, at: Int(image), columns: table.columns.count)
                    last[table.name, default: [:]][RowSlice.key(row, table: table)] = transaction.position
                }
            }
        }
    }
}

/// Copies single rows and their keys out of arenas.
enum RowSlice {
    /// The bytes of the image at `offset`; empty when it is damaged.
    static func copy(_ arena: [UInt8], at offset: Int, columns: Int) -> [UInt8] {
        unsafe arena.withUnsafeBytes { bytes in
            var offsets = RowOffsets()
            // A damaged image gives no bytes, which equal nothing.
            guard unsafe offsets.scan(bytes, at: offset, columns: columns) else { return [] }
            return Array(arena[offset..<offsets.end])
        }
    }

    /// The key of an encoded row.
    static func key(_ row: [UInt8], table: TableSchema) -> Key {
        unsafe row.withUnsafeBytes { bytes in
            var offsets = RowOffsets()
            guard unsafe offsets.scan(bytes, at: 0, columns: table.columns.count) else {
                return Key(bytes: [])
            }
            return unsafe Key(bytes, offsets: offsets, columns: table.key)
        }
    }
}
