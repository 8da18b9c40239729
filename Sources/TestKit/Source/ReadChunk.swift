import Capture
import Model

/// A chunk that was read, taken apart and checked by itself.
struct ReadChunk {
    let table: String
    /// The key before the chunk.
    let after: Key?
    let chunk: RangeChunk
    /// The rows in the order in which they came.
    private(set) var rows: [(key: Key, image: [UInt8])] = []

    init(_ chunk: RangeChunk, of table: String, after: Key?, limit: ChunkLimit) throws {
        self.table = table
        self.after = after
        self.chunk = chunk
        try checkShape()
        for change in chunk.batch.changes {
            guard change.operation == .read, change.before == nil,
                let row = try SourceReplica.row(change.after, change, chunk.batch)
            else { throw ExamFailure("a chunk of \(table) holds a \(change.operation)") }
            rows.append(row)
        }
        try checkOrder()
        try checkLimit(limit)
    }

    /// The rows in plain values.
    func values() throws -> [[PlainValue]] {
        try rows.map { try SourceReplica.values(Key(bytes: $0.image)) }
    }

    private func checkShape() throws {
        let batch = chunk.batch
        try demand(
            batch.tables.map(\.name) == [table] && batch.chunk == nil && !batch.continues,
            "a chunk of \(table) is no whole uncertified batch of that table")
        try demand(
            batch.transactions.count == 1 && batch.transactions.first?.position == chunk.frontier
                && batch.transactions.first?.changes == 0..<batch.changes.count,
            "the rows of a chunk of \(table) are not one transaction at its frontier")
    }

    private func checkOrder() throws {
        var last = try after.map(SourceReplica.values)
        for row in rows {
            let key = try SourceReplica.values(row.key)
            try demand(
                last.map { $0.lexicographicallyPrecedes(key) } ?? true,
                "in \(table) the key \(key) comes after \(last ?? [])")
            last = key
        }
        try demand(
            chunk.lastKey == rows.last?.key,
            "the last key of a chunk of \(table) is \(chunk.lastKey?.display ?? "none"), the last row's is "
                + "\(rows.last?.key.display ?? "none")")
    }

    private func checkLimit(_ limit: ChunkLimit) throws {
        try demand(!rows.isEmpty || chunk.isLast, "a chunk of \(table) has no row and is not the last")
        try demand(
            rows.count <= limit.rows, "a limit of \(limit.rows) rows gave \(rows.count) of \(table)")
        let bytes = rows.reduce(0) { $0 + $1.image.count }
        try demand(
            rows.count == 1 || bytes <= limit.bytes,
            "a limit of \(limit.bytes) bytes gave \(bytes) in \(rows.count) rows of \(table)")
    }
}
