public import Capture
import CrashPoints
import PostgreSQL

extension PostgresSource {
    /// The part of the server's log that the slot keeps, and how much longer it may grow.
    public func retention() throws -> SourceRetention? {
        try CaptureError.mapping {
            let found = try connection.query(
                """
                SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), restart_lsn)::int8,
                    safe_wal_size
                FROM pg_catalog.pg_replication_slots WHERE slot_name = $1 AND restart_lsn IS NOT NULL
                """, [slotName])
            guard found.count == 1, let bytes = found.integer(0, 0) else { return nil }
            return SourceRetention(
                bytes: Int(clamping: max(bytes, 0)),
                room: found.integer(0, 1).map { Int(clamping: max($0, 0)) })
        }
    }

    /// Drops the slot, after a note of it in the installation.
    ///
    /// - Returns: The oldest of the transactions that keep the server from forgetting, if there is one.
    public func release() throws -> String? {
        let own = stream.map { Int64($0.backend) }
        let reason: String? = try CaptureError.mapping {
            let found = try PostgresInstallation(reading: connection, named: name)
            guard let found, found.nonce == nonce,
                let slot = try PostgresSlot(reading: connection, named: slotName), slot.isHere
            else { throw PostgresCapture.missing(slot: slotName, wasReleased: false) }
            if let reader = slot.reader, reader != own { throw Self.busy(slotName, slot, reader) }
            let oldest = try PostgresOpenTransaction.all(connection).max { $0.seconds ?? 0 < $1.seconds ?? 0 }
            var mark = PostgresInstallation.Mark(nonce: nonce, owner: owner, vigil: found.vigil)
            mark.isReleased = true
            try PostgresCapture.sign(name, mark, connection)
            stream = nil
            let dropping = try Self.connectForStream(address)
            dropping.patience = Self.questionPatience
            // Waits until the server has noticed that the stream has ended.
            try dropping.execute("DROP_REPLICATION_SLOT \(PostgresName.quote(slotName)) WAIT")
            return oldest?.words
        }
        try crashPoint(.slotDropped, as: CaptureError.self)
        return reason
    }

    static func busy(_ name: String, _ slot: PostgresSlot, _ reader: Int64) -> CaptureError {
        CaptureError(
            .unavailable,
            "the slot \(name) is being read by process \(reader) (\(slot.readerName ?? "unknown"))",
            hint: "stop the other reader; one that vanished is noticed within wal_sender_timeout")
    }
}
