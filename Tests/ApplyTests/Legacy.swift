import ChangeLog
import Model

/// A legacy system in memory and the log that a capture of it would write.
final class Legacy {
    typealias Row = [Cell]

    struct Change {
        var table: String
        var before: Row?
        var after: Row?

        var operation: Model.Operation {
            switch (before, after) {
            case (nil, nil): .truncate
            case (nil, _): .insert
            case (_, nil): .delete
            default: .update
            }
        }
    }

    private(set) var schemas: [TableSchema]
    /// Shapes that tables had before, which batches go on to name.
    var olderShapes: [TableSchema] = []
    /// What the tables hold now.
    private(set) var rows: [String: [[Cell]: Row]] = [:]
    private(set) var log: [LogRecord] = []
    private(set) var position: UInt64 = 0
    private var open: [Change] = []
    private var chunks: [String: Int] = [:]

    init(_ schemas: [TableSchema]) {
        self.schemas = schemas
    }

    /// Gives a table other columns, and what it holds the values for them.
    func alter(_ table: TableSchema, _ change: (Row) -> Row) {
        schemas = schemas.map { $0.name == table.name ? table : $0 }
        rows[table.name] = rows[table.name]?.mapValues(change)
    }

    /// Inserts the row, or updates the one with its key, in the open transaction.
    func put(_ table: String, _ row: Row) {
        let key = key(row, table)
        let held = rows[table]?[key]
        rows[table, default: [:]][key] = whole(row, held)
        open.append(Change(table: table, before: held, after: row))
    }

    /// Gives the row with a key another key, and perhaps other values, in one update.
    func move(_ table: String, _ key: [Cell], to row: Row) {
        let held = rows[table]?.removeValue(forKey: key)
        rows[table, default: [:]][self.key(row, table)] = whole(row, held)
        open.append(Change(table: table, before: held, after: row))
    }

    /// The row that a change makes of the one before.
    private func whole(_ row: Row, _ held: Row?) -> Row {
        row.enumerated().map { $1 == .unsent ? held?[$0] ?? .null : $1 }
    }

    /// Empties a table at once, of which the log names no rows.
    func truncate(_ table: String) {
        rows[table] = [:]
        open.append(Change(table: table, before: nil, after: nil))
    }

    func delete(_ table: String, _ key: [Cell]) {
        guard let held = rows[table]?.removeValue(forKey: key) else { return }
        open.append(Change(table: table, before: held, after: nil))
    }

    /// A row that was there before the capture began.
    func seed(_ table: String, _ row: Row) {
        rows[table, default: [:]][key(row, table)] = row
    }

    /// Takes what was done as having been there before the capture began.
    func seedOpen() { open = [] }

    /// Commits what was done; in so many records when `parts` is more than one.
    func commit(parts: Int = 1, origin: Origin = .application) {
        if open.isEmpty { return }
        position += 10
        let size = max(1, (open.count + parts - 1) / parts)
        for start in stride(from: 0, to: open.count, by: size) {
            let end = min(start + size, open.count)
            append(batch(Array(open[start..<end]), continues: end < open.count, origin: origin))
        }
        open = []
    }

    func commit(_ body: (Legacy) -> Void) {
        body(self)
        commit()
    }

    /// Writes the beginning of the open transaction and then an abandonment, as a capture that died does.
    func abandonHalf() {
        position += 10
        append(batch(Array(open.prefix(max(1, open.count / 2))), continues: true, origin: .application))
        append(.abandonment)
        position -= 10
    }

    /// Puts the rows of a table that are there now into the log as history.
    func backfill(_ table: String, keys: ((Row) -> Bool)? = nil, isLast: Bool = true) {
        let number = chunks[table] ?? 0
        chunks[table] = isLast ? nil : number + 1
        let wanted = (rows[table] ?? [:]).values.filter { keys?($0) ?? true }
            .sorted { key($0, table).map(\.display).lexicographicallyPrecedes(key($1, table).map(\.display)) }
        let certificate = ChunkCertificate(
            context: ChunkCertificate.everyContext, table: table, number: number, keyAfter: nil,
            keyThrough: nil,
            low: Position(position), high: Position(position), frontier: Position(position),
            rowsRead: wanted.count,
            rowsDropped: 0, digest: "", isLast: isLast)
        var batch = ChangeBatch(tables: schemas.filter { $0.name == table }, chunk: certificate)
        for row in wanted {
            let image = UInt32(batch.bytes.count)
            for cell in row { cell.append(to: &batch.bytes) }
            batch.changes.append(ChangeBatch.Change(operation: .read, table: 0, before: nil, after: image))
        }
        append(batch)
    }

    /// Says that the history of tables is read anew from here on.
    func restart(_ names: [String]? = nil) {
        for name in names ?? schemas.map(\.name) {
            chunks[name] = nil
            append(
                ChangeBatch(
                    tables: [],
                    chunk: .restart(
                        context: ChunkCertificate.everyContext, table: name, at: Position(position))))
        }
    }

    /// Commits what is done without a word in the log.
    func unseen(_ body: (Legacy) -> Void) {
        body(self)
        open = []
        position += 10
    }

    /// Declares the history of every table read and complete.
    func backfillAll() {
        for schema in schemas { backfill(schema.name) }
    }

    func key(_ row: Row, _ table: String) -> [Cell] {
        schemas.first { $0.name == table }?.key.map { row[$0] } ?? []
    }

    private func batch(_ changes: [Change], continues: Bool, origin: Origin) -> ChangeBatch {
        var batch = ChangeBatch(tables: olderShapes + schemas)
        for change in changes {
            let table = olderShapes.count + (schemas.firstIndex { $0.name == change.table } ?? 0)
            let images = [change.before, change.after].map { row -> UInt32? in
                guard let row else { return nil }
                let start = UInt32(batch.bytes.count)
                for cell in row { cell.append(to: &batch.bytes) }
                return start
            }
            batch.changes.append(
                ChangeBatch.Change(
                    operation: change.operation,
                    table: UInt16(table),
                    before: images[0], after: images[1]))
        }
        batch.transactions = [
            ChangeBatch.Transaction(
                position: Position(position), committedAt: Int64(position) * 1_000, origin: origin,
                changes: batch.changes.indices)
        ]
        batch.continues = continues
        return batch
    }

    private func append(_ batch: ChangeBatch) {
        log.append(LogRecord(offset: LogOffset(UInt64(log.count) + 1), appendedAt: 0, batch: batch))
    }
}
