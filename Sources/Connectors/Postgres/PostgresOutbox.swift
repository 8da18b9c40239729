public import Apply
import Model
public import PostgreSQL

/// The outbox of a PostgreSQL store, on a connection of its own.
public final class PostgresOutbox: OutboxReader {
    private let address: PostgresAddress
    private var present: PostgresConnection?

    /// Opens the outbox of a store that a target has prepared.
    public init(_ address: PostgresAddress) throws {
        self.address = address
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS banyan.banyan_relay
                (sink text COLLATE "C" PRIMARY KEY, sequence bigint NOT NULL)
            """)
    }

    private var connection: PostgresConnection {
        get throws {
            if let present, !present.isLost { return present }
            // The outbox is read by its key, whatever the server knows of its size.
            let opened = try PostgresConnection(
                address, application: "banyan relay", settings: ["enable_seqscan=off"])
            try opened.waitForWork(asking: .seconds(60))
            present = opened
            return opened
        }
    }

    /// The events after a sequence number.
    public func events(after sequence: Int64, limit: Int) throws -> [OutboxEvent] {
        let found = try connection.query(
            """
            SELECT sequence, id, aggregatetype, aggregateid, type, payload, timestamp, position, historical
            FROM banyan.banyan_outbox WHERE sequence > $1 ORDER BY sequence LIMIT $2
            """, [String(sequence), String(limit)])
        return (0..<found.count).map { row in
            OutboxEvent(
                sequence: found.integer(row, 0) ?? 0, id: found.text(row, 1) ?? "",
                aggregateType: found.text(row, 2) ?? "", aggregateID: found.text(row, 3) ?? "",
                type: found.text(row, 4) ?? "", payload: found.text(row, 5) ?? "null",
                timestamp: found.integer(row, 6),
                position: Position(UInt64(bitPattern: found.integer(row, 7) ?? 0)),
                isHistorical: found.integer(row, 8) != 0)
        }
    }

    /// The last event's number.
    public func end() throws -> Int64 {
        try connection.query("SELECT max(sequence) FROM banyan.banyan_outbox").integer(0, 0) ?? 0
    }

    /// How far a sink has got.
    public func relayed(by sink: String) throws -> Int64 {
        let found = try connection.query(
            "SELECT sequence FROM banyan.banyan_relay WHERE sink = $1", [sink])
        return found.count == 0 ? 0 : found.integer(0, 0) ?? 0
    }

    /// Remembers how far a sink has got; it never goes back.
    public func setRelayed(by sink: String, to sequence: Int64) throws {
        do {
            _ = try connection.query(
                """
                INSERT INTO banyan.banyan_relay AS r (sink, sequence) VALUES ($1, $2)
                ON CONFLICT (sink) DO UPDATE SET sequence = greatest(r.sequence, excluded.sequence)
                """, [sink, String(sequence)])
        } catch let error as PostgresError where error.isReadOnly {
            // Another server may be the primary now, which only another connection finds.
            present = nil
            throw error
        }
    }
}
