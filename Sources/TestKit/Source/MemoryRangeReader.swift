public import Capture
public import Model

/// Reads present rows of a database in memory in key order. One owner, one thread.
public final class MemoryRangeReader: BoundedRangeReader {
    private let legacy: MemoryLegacy

    init(_ legacy: MemoryLegacy) {
        self.legacy = legacy
    }

    /// The rows after `key`.
    public func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        try chunk(of: table, after: key, upTo: nil, limit: limit)
    }

    /// The rows after `key` up to `end`.
    public func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws
        -> RangeChunk
    {
        try chunk(of: table, after: key, upTo: end, limit: limit)
    }

    /// The key of the row that stands some rows after `key`.
    public func boundary(of table: String, after key: Key?, rows count: Int) throws -> Key? {
        let (schema, rows) = try rows(of: table, after: key)
        guard rows.count > count, let row = rows.prefix(count).last else { return nil }
        return Key(bytes: schema.key.flatMap { row[$0].encoded })
    }

    private func chunk(of table: String, after key: Key?, upTo end: Key?, limit: ChunkLimit) throws
        -> RangeChunk
    {
        let (schema, all) = try rows(of: table, after: key)
        let behind = try end.map { try self.rows(of: table, after: $0).rows.count } ?? 0
        let rows = all.prefix(max(all.count - behind, 0))
        var batch = ChangeBatch(tables: [schema])
        for row in rows.prefix(max(limit.rows, 1)) {
            let image = row.flatMap(\.encoded)
            guard batch.changes.isEmpty || batch.bytes.count + image.count <= limit.bytes else { break }
            batch.changes.append(
                ChangeBatch.Change(operation: .read, table: 0, before: nil, after: UInt32(batch.bytes.count)))
            batch.bytes += image
        }
        let frontier = legacy.state.last.transaction.position
        let count = batch.changes.count
        batch.transactions = [
            ChangeBatch.Transaction(
                position: frontier, committedAt: nil, origin: .application, changes: 0..<count)
        ]
        let last = rows.prefix(count).last
        return RangeChunk(
            batch: batch, frontier: frontier,
            lastKey: last.map { row in Key(bytes: schema.key.flatMap { row[$0].encoded }) },
            isLast: count == rows.count)
    }

    /// The number of rows.
    public func estimatedRows(of table: String) throws -> Int {
        try rows(of: table, after: nil).rows.count
    }

    private func rows(
        of table: String, after key: Key?
    ) throws -> (schema: TableSchema, rows: ArraySlice<[PlainValue]>) {
        let tables = legacy.state.tables
        guard let schema = tables.schemas.first(where: { $0.name == table }) else {
            throw CaptureError(
                .unsupported, "table \(table) is not captured", hint: "capture it before its history is read")
        }
        let rows = tables.rows(of: table)
        guard let key else { return (schema, rows[...]) }
        guard let values = PlainValue.decode(key.bytes) else {
            throw CaptureError(.failed, "the key does not decode", hint: "pass a key that a chunk ended with")
        }
        let (index, isThere) = try tables.place(of: values, table)
        return (schema, rows[(isThere ? index + 1 : index)...])
    }
}
