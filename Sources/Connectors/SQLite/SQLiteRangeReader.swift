public import Capture
public import Model
import SQLite

/// Reads present rows of captured tables in key order, each chunk in one snapshot with the exact position at
/// which it is true.
///
/// One owner, one thread, a connection of its own. The journal's end is read in the same snapshot as the
/// rows, so the frontier is exact: a change is in the rows if and only if its position is not after it.
public final class SQLiteRangeReader: RangeDigester, QueryReader {
    private let connection: SQLiteConnection
    private let tables: [String: Reading]

    private struct Reading {
        var schema: TableSchema
        var encoder: SQLiteRowEncoder
        /// The rows after a key, up to a key.
        func sql(hasStart: Bool, hasEnd: Bool) -> String {
            let keys = schema.key.map { SQLiteName.quote(schema.columns[$0].name) }
            let tuple = "(\(keys.joined(separator: ", ")))"
            func values(_ first: Int) -> String {
                "(\(keys.indices.map { "?\(first + $0)" }.joined(separator: ", ")))"
            }
            var conditions: [String] = []
            if hasStart { conditions.append("\(tuple) > \(values(2))") }
            if hasEnd { conditions.append("\(tuple) <= \(values(2 + (hasStart ? keys.count : 0)))") }
            let columns = schema.columns.map { SQLiteName.quote($0.name) }.joined(separator: ", ")
            let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
            return "SELECT \(columns) FROM \(SQLiteName.quote(schema.name))\(condition) "
                + "ORDER BY \(keys.joined(separator: ", ")) LIMIT ?1"
        }
    }

    /// Opens a reader of the tables that a journal captures.
    public init(path: String) throws {
        (connection, tables) = try CaptureError.mapping {
            let connection = try SQLiteConnection(path: path, access: .readWrite)
            try connection.execute("PRAGMA query_only = ON")
            guard let found = try connection.snapshot({ try SQLiteInstallation(reading: connection) }) else {
                throw CaptureError(
                    .tampered, "no journal is installed", hint: "install it, then read history")
            }
            if let fault = found.faults.first { throw fault }
            let readings = found.tables.map { ($0.name, SQLiteRangeReader.reading($0)) }
            return (connection, Dictionary(uniqueKeysWithValues: readings))
        }
    }

    private static func reading(_ schema: TableSchema) -> Reading {
        Reading(schema: schema, encoder: SQLiteRowEncoder(schema))
    }

    /// The rows after `key`; `isLast` only when the cursor ran to the table's end.
    public func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
        let reading = try reading(of: table)
        return try CaptureError.mapping {
            try connection.snapshot { try read(reading, after: key, limit: limit) }
        }
    }

    /// The rows after `key` up to `end`.
    public func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws
        -> RangeChunk
    {
        let reading = try reading(of: table)
        return try CaptureError.mapping {
            try connection.snapshot { try read(reading, after: key, through: end, limit: limit) }
        }
    }

    /// The kinds of the columns.
    public func digestForm(of table: String, columns: [String]) throws -> String? {
        digest(try reading(of: table).schema, columns)?.form
    }

    /// Digests about so many rows after a key, in one snapshot.
    public func digests(of table: String, columns: [String], after: Int64?, rows: Int) throws -> DigestView? {
        guard let digest = digest(try reading(of: table).schema, columns) else { return nil }
        return try CaptureError.mapping {
            try connection.snapshot {
                let frontier = try frontier()
                let (first, through) = try digest.bounds(after: after, rows: rows, connection)
                let range = KeyRange(after: after, through: through)
                let shift = DigestView.shift(
                    from: first ?? 0, through: through ?? (first ?? 0) &+ Int64(rows), rows: rows)
                return try digest.digests(in: range, shift: shift, connection).map { digests in
                    DigestView(
                        digests: digests, shift: shift, range: range, frontier: frontier, horizon: frontier,
                        unseen: [])
                }
            }
        }
    }

    private func digest(_ schema: TableSchema, _ columns: [String]) -> SQLiteDigest? {
        let places = columns.compactMap(schema.index(of:))
        return places.count == columns.count ? SQLiteDigest(schema, places) : nil
    }

    /// The number of rows, counted.
    public func estimatedRows(of table: String) throws -> Int {
        let name = try reading(of: table).schema.name
        return try CaptureError.mapping {
            Int(try connection.integer("SELECT count(*) FROM \(SQLiteName.quote(name))") ?? 0)
        }
    }

    /// What a query gives that somebody wrote.
    public func view(of query: String) throws -> QueryView {
        try CaptureError.mapping {
            try connection.snapshot {
                let frontier = try frontier()
                return QueryView(
                    table: try SQLiteQuery.table(of: query, on: connection), frontier: frontier,
                    horizon: frontier, unseen: [])
            }
        }
    }

    private func frontier() throws -> Position {
        Position(UInt64(try connection.integer("SELECT max(seq) FROM banyan_journal") ?? 0))
    }

    private func reading(of table: String) throws -> Reading {
        guard let reading = tables[table] else {
            throw CaptureError(
                .unsupported, "table \(table) is not captured",
                hint: "install its triggers before its history is read")
        }
        return reading
    }

    private func read(
        _ reading: Reading, after key: Key?, through end: Key? = nil, limit: ChunkLimit
    ) throws -> RangeChunk {
        let frontier = try frontier()
        let rows = try connection.cached(reading.sql(hasStart: key != nil, hasEnd: end != nil))
        defer { rows.reset() }
        let rowsMax = max(limit.rows, 1)
        // One row more than asked for tells whether the table goes on.
        rows.bind(Int64(rowsMax) + 1, at: 1)
        key?.bind(to: rows, from: 2)
        end?.bind(to: rows, from: 2 + (key == nil ? 0 : reading.schema.key.count))
        var batch = ChangeBatch(tables: [reading.schema])
        batch.changes.reserveCapacity(min(rowsMax, 1 << 16))
        var isLast = true
        while try rows.step() {
            if batch.changes.count == rowsMax {
                isLast = false
                break
            }
            guard !reading.encoder.hasNullKey(rows, first: 0, stride: 1) else {
                throw SQLiteJournal.unsupported(
                    reading.schema.name, "a row has NULL in its key",
                    "give every row a key and declare it NOT NULL")
            }
            let start = batch.bytes.count
            reading.encoder.image(rows, first: 0, stride: 1, &batch.bytes)
            if batch.bytes.count > limit.bytes, !batch.changes.isEmpty {
                // The row is one too many; the next chunk begins with it.
                batch.bytes.removeSubrange(start...)
                isLast = false
                break
            }
            batch.changes.append(
                ChangeBatch.Change(operation: .read, table: 0, before: nil, after: UInt32(start)))
        }
        batch.transactions = [
            ChangeBatch.Transaction(
                position: frontier, committedAt: nil, origin: .application, changes: 0..<batch.changes.count)
        ]
        let lastKey = try lastKey(batch, reading)
        return RangeChunk(batch: batch, frontier: frontier, lastKey: lastKey, isLast: isLast)
    }

    private func lastKey(_ batch: ChangeBatch, _ reading: Reading) throws -> Key? {
        guard let image = batch.changes.last?.after else { return nil }
        var offsets = RowOffsets()
        return unsafe batch.bytes.withUnsafeBytes { arena in
            // The image was written by the encoder just now.
            guard unsafe offsets.scan(arena, at: Int(image), columns: reading.schema.columns.count) else {
                return nil
            }
            return unsafe Key(arena, offsets: offsets, columns: reading.schema.key)
        }
    }
}
