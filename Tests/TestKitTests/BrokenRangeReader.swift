import Capture
import Model

/// A reader of key ranges with one fault.
final class BrokenRangeReader: BoundedRangeReader {
    private let inner: any BoundedRangeReader
    /// Reads a copy that is one transaction behind.
    private let stale: any RangeReader
    private let fault: SourceFault
    private var firstFrontier: Position?

    init(_ inner: any BoundedRangeReader, stale: any RangeReader, _ fault: SourceFault) {
        self.inner = inner
        self.stale = stale
        self.fault = fault
    }

    func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        var chunk = try read(table, key, limit)
        switch fault {
        case .readsAStaleCopy:
            let frontier = chunk.frontier
            chunk = try stale.chunk(of: table, after: key, limit: limit)
            chunk.frontier = frontier
        case .keepsItsFirstFrontier: chunk.frontier = firstFrontier ?? chunk.frontier
        case .runsAheadWithItsFrontier: chunk.frontier = Position(chunk.frontier.value + 1)
        case .skipsARow where chunk.batch.changes.count > 2: chunk.batch.changes.remove(at: 1)
        case .endsWithAShortChunk: chunk.isLast = chunk.batch.changes.count < limit.rows
        case .neverSaysLast: chunk.isLast = chunk.batch.changes.isEmpty
        case .ordersByEncodedKeys: sort(&chunk)
        default: break
        }
        firstFrontier = firstFrontier ?? chunk.frontier
        for index in chunk.batch.transactions.indices {
            chunk.batch.transactions[index].position = chunk.frontier
            chunk.batch.transactions[index].changes = 0..<chunk.batch.changes.count
        }
        return chunk
    }

    func boundary(of table: String, after key: Key?, rows: Int) throws -> Key? {
        try inner.boundary(of: table, after: key, rows: fault == .boundsOneRowFurther ? rows + 1 : rows)
    }

    func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws -> RangeChunk {
        var chunk = try inner.chunk(of: table, after: key, through: end, limit: limit)
        if fault == .leavesOutARangesEnd, chunk.isLast, chunk.lastKey == end {
            chunk.batch.changes.removeLast()
            chunk.batch.transactions[0].changes = 0..<chunk.batch.changes.count
        }
        if fault == .saysLastOfEveryRange { chunk.isLast = true }
        return chunk
    }

    func estimatedRows(of table: String) throws -> Int { try inner.estimatedRows(of: table) }

    private func read(_ table: String, _ key: Key?, _ limit: ChunkLimit) throws -> RangeChunk {
        switch fault {
        case .ignoresTheBytesOfAChunk:
            return try inner.chunk(of: table, after: key, limit: .init(rows: limit.rows, bytes: .max))
        case .startsAtTheKeyItself:
            guard let key else { break }
            // From the start up to the key, and one row less than that.
            let whole = ChunkLimit(rows: .max, bytes: .max)
            let all = try inner.chunk(of: table, after: nil, limit: whole)
            let rest = try inner.chunk(of: table, after: key, limit: whole)
            let before = all.batch.changes.count - rest.batch.changes.count
            guard before > 1 else { break }
            let start = try inner.chunk(of: table, after: nil, limit: .init(rows: before - 1, bytes: .max))
            return try inner.chunk(of: table, after: start.lastKey, limit: limit)
        default: break
        }
        return try inner.chunk(of: table, after: key, limit: limit)
    }

    /// The rows in the order of their keys' bytes, which is not that of the keys.
    private func sort(_ chunk: inout RangeChunk) {
        guard let schema = chunk.batch.tables.first else { return }
        let batch = chunk.batch
        func key(_ change: ChangeBatch.Change) -> Key {
            var row = RowBuffer(columns: schema.columns.count)
            row.append(batch.bytes[Int(change.after ?? 0)...])
            return row.key(of: 0, columns: schema.key)
        }
        chunk.batch.changes.sort { key($0) < key($1) }
        chunk.lastKey = chunk.batch.changes.last.map(key)
    }
}
