import Capture
import Model
import SQLite

/// Answers what became of touched rows by reading the journal ahead of the stream, and the tables at its end.
struct SQLiteSourceTouches {
    private var resolver: SQLiteTouchResolver
    private var scratch: [UInt8] = []
    private var statement: SQLiteStatement?
    /// Rows read ahead at a time even when all is decided: a seek costs as much as some dozens of rows.
    private static let stretch: Int64 = 512

    init(after start: Int64, capacity: Int = 65_536) {
        resolver = SQLiteTouchResolver(after: start, capacity: capacity)
    }

    /// Whether the touched row of the journal's row `seq` was deleted; `end` is the journal's end in this
    /// snapshot.
    mutating func isDeleted(
        _ seq: Int64, end: Int64, _ reader: SQLiteJournalReader, _ connection: SQLiteConnection
    ) throws -> Bool {
        if let verdict = resolver.take(seq) { return verdict == .deleted }
        resolver.rewind(before: seq)
        try readAhead(end: end, reader, connection)
        guard let verdict = resolver.take(seq) else {
            throw CaptureError(
                .failed, "the journal's row \(seq) changed while it was read",
                hint: "find out who writes to banyan_journal")
        }
        return verdict == .deleted
    }

    private mutating func readAhead(
        end: Int64, _ reader: SQLiteJournalReader, _ connection: SQLiteConnection
    ) throws {
        let rows = try statement ?? reader.rows(connection)
        statement = rows
        reader.rewind(rows, after: resolver.seen, through: end)
        defer { rows.reset() }
        let enough = resolver.seen + Self.stretch
        while try rows.step() {
            let (operation, shape) = try reader.head(rows)
            let seq = reader.seq(rows)
            if operation == .touch {
                resolver.touch(reader.name(rows, shape, isAfter: false, &scratch), at: seq)
            } else {
                let before = operation == .insert ? nil : reader.name(rows, shape, isAfter: false, &scratch)
                let after = operation == .delete ? nil : reader.name(rows, shape, isAfter: true, &scratch)
                resolver.change(before: before, after: after, at: seq)
            }
            if resolver.isSettled, seq >= enough { return }
        }
        for name in resolver.unsettled {
            resolver.settle(name, exists: try exists(name, reader, connection))
        }
    }

    private func exists(
        _ name: SQLiteTouchResolver.RowName, _ reader: SQLiteJournalReader, _ connection: SQLiteConnection
    ) throws -> Bool {
        guard let (schema, key) = reader.parse(name) else { return false }
        let match = schema.key.enumerated().map { offset, column in
            "\(SQLiteName.quote(schema.columns[column].name)) IS ?\(offset + 1)"
        }
        let statement = try connection.cached(
            "SELECT 1 FROM \(SQLiteName.quote(schema.name)) WHERE \(match.joined(separator: " AND "))")
        key.bind(to: statement, from: 1)
        defer { statement.reset() }
        return try statement.step()
    }
}
