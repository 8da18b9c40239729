import Model
import SQLite

/// The one row that says where the log begins and ends, who may write it, and where its writer stands.
struct LogHeader: Equatable {
    /// Who the log is.
    var identity: LogIdentity
    /// When it was made, in microseconds since 1970.
    var createdAt: Int64
    /// Grows by one with each opening for writing; only the newest may append.
    var generation: UInt64 = 0
    /// The last record that retention removed, and its checksum, from which the chain goes on.
    var base = LogOffset.start
    var baseChecksum: UInt32 = 0
    /// The last record and its checksum.
    var end = LogOffset.start
    var endChecksum: UInt32 = 0
    /// Bytes of all records after `base`.
    var liveBytes = 0
    /// What the writer needs to go on.
    var checkpoint: [UInt8]?

    /// "BNYL": SQLite's application id of a log.
    static let applicationID: Int64 = 0x424E_594C
    /// The format that this build reads and writes.
    static let formatVersion: Int64 = 1

    init(identity: LogIdentity, createdAt: Int64) {
        self.identity = identity
        self.createdAt = createdAt
    }

    /// The tables of a new log and its header row.
    static func create(_ connection: SQLiteConnection, identity: LogIdentity, createdAt: Int64) throws {
        try connection.execute(
            """
            CREATE TABLE log (
                id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL, created_at INTEGER NOT NULL,
                generation INTEGER NOT NULL, base INTEGER NOT NULL, base_checksum INTEGER NOT NULL,
                "end" INTEGER NOT NULL, end_checksum INTEGER NOT NULL, live_bytes INTEGER NOT NULL,
                checkpoint BLOB, checksum INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE record (
                "offset" INTEGER PRIMARY KEY, appended_at INTEGER NOT NULL, checksum INTEGER NOT NULL,
                frame BLOB NOT NULL
            ) STRICT;
            CREATE TABLE reader (
                name TEXT PRIMARY KEY, floor INTEGER NOT NULL, registered_at INTEGER NOT NULL,
                checksum INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            """)
        let header = LogHeader(identity: identity, createdAt: createdAt)
        try connection.run(
            "INSERT INTO log VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)", header.parameters)
    }

    /// Reads the header and checks it.
    static func read(_ connection: SQLiteConnection) throws -> LogHeader {
        let rows = try connection.rows(
            """
            SELECT identity, created_at, generation, base, base_checksum, "end", end_checksum, live_bytes,
                checkpoint, checksum
            FROM log WHERE id = 1
            """
        ) { row in
            (LogHeader(row), row.integer(9))
        }
        guard let (header, checksum) = rows.first, let header, checksum == Int64(header.checksum) else {
            throw LogError(
                .corrupt, "the header row of \(connection.path) is damaged", hint: LogError.restoreHint)
        }
        return header
    }

    private init?(_ row: SQLiteStatement) {
        identity = LogIdentity(row.string(0) ?? "")
        createdAt = row.integer(1)
        guard let generation = UInt64(exactly: row.integer(2)), let base = UInt64(exactly: row.integer(3)),
            let baseChecksum = UInt32(exactly: row.integer(4)), let end = UInt64(exactly: row.integer(5)),
            let endChecksum = UInt32(exactly: row.integer(6)), base <= end
        else { return nil }
        self.generation = generation
        self.base = LogOffset(base)
        self.baseChecksum = baseChecksum
        self.end = LogOffset(end)
        self.endChecksum = endChecksum
        liveBytes = Int(row.integer(7))
        checkpoint = row.isNull(8) ? nil : row.bytes(8)
    }

    /// Replaces the header row, provided that nobody of a later generation has.
    ///
    /// - Returns: Whether it was replaced.
    func write(_ connection: SQLiteConnection, over generation: UInt64) throws -> Bool {
        try connection.run(
            """
            UPDATE log SET identity = ?1, created_at = ?2, generation = ?3, base = ?4, base_checksum = ?5,
                "end" = ?6, end_checksum = ?7, live_bytes = ?8, checkpoint = ?9, checksum = ?10
            WHERE id = 1 AND generation = ?11
            """, parameters + [.integer(Int64(bitPattern: generation))])
        return connection.changes == 1
    }

    private var parameters: [SQLiteValue] {
        [
            .text(identity.description), .integer(createdAt), .integer(Int64(bitPattern: generation)),
            .integer(Int64(bitPattern: base.value)), .integer(Int64(baseChecksum)),
            .integer(Int64(bitPattern: end.value)),
            .integer(Int64(endChecksum)), .count(liveBytes), checkpoint.map(SQLiteValue.bytes) ?? .null,
            .integer(Int64(checksum)),
        ]
    }

    private var checksum: UInt32 {
        var bytes: [UInt8] = []
        for field in [
            UInt64(bitPattern: createdAt), generation, base.value, UInt64(baseChecksum), end.value,
            UInt64(endChecksum),
            UInt64(liveBytes), checkpoint == nil ? 0 : 1,
        ] {
            RowWriter.fixed(field, &bytes)
        }
        return RecordChain(identity).checksum(bytes + (checkpoint ?? []))
    }
}
