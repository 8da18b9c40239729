public import Apply
import Model
import SQLite

/// The outbox of a SQLite store, on a connection of its own.
public final class SQLiteOutbox: OutboxReader {
    private let connection: SQLiteConnection

    /// Opens the outbox of a store that a target has prepared.
    public init(path: String) throws {
        connection = try SQLiteConnection(path: path, access: .readWrite)
        // The write-ahead file is folded by the connection that has taken the stream over.
        connection.setFoldsWhenClosed(false)
        try connection.execute("PRAGMA wal_autocheckpoint = 0")
        try connection.execute(
            "CREATE TABLE IF NOT EXISTS banyan_relay (sink TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID"
        )
    }

    /// The events after a sequence number.
    public func events(after sequence: Int64, limit: Int) throws -> [OutboxEvent] {
        try connection.rows(
            """
            SELECT sequence, id, aggregatetype, aggregateid, type, payload, timestamp, position, historical
            FROM banyan_outbox WHERE sequence > ?1 ORDER BY sequence LIMIT ?2
            """, [.integer(sequence), .count(limit)]
        ) { row in
            OutboxEvent(
                sequence: row.integer(0), id: row.string(1) ?? "", aggregateType: row.string(2) ?? "",
                aggregateID: row.string(3) ?? "", type: row.string(4) ?? "", payload: row.string(5) ?? "null",
                timestamp: row.isNull(6) ? nil : row.integer(6),
                position: Position(UInt64(bitPattern: row.integer(7))),
                isHistorical: row.integer(8) != 0)
        }
    }

    /// The last event's number.
    public func end() throws -> Int64 {
        try connection.integer("SELECT max(sequence) FROM banyan_outbox") ?? 0
    }

    /// How far a sink has got.
    public func relayed(by sink: String) throws -> Int64 {
        try connection.integer("SELECT sequence FROM banyan_relay WHERE sink = ?1", [.text(sink)]) ?? 0
    }

    /// Remembers how far a sink has got; it never goes back.
    public func setRelayed(by sink: String, to sequence: Int64) throws {
        try connection.run(
            """
            INSERT INTO banyan_relay (sink, sequence) VALUES (?1, ?2)
            ON CONFLICT (sink) DO UPDATE SET sequence = max(sequence, excluded.sequence)
            """, [.text(sink), .integer(sequence)])
    }
}
