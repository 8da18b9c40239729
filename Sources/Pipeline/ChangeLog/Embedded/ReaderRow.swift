import Model
import SQLite

/// The row that keeps a reader's floor, with a checksum: a floor that a damaged disk raised would let unread
/// records go.
struct ReaderRow: Equatable {
    var name: String
    var floor: LogOffset
    var registeredAt: Int64

    /// Every reader, by name.
    static func readAll(_ connection: SQLiteConnection, _ chain: RecordChain) throws -> [ReaderRow] {
        try connection.rows("SELECT name, floor, registered_at, checksum FROM reader ORDER BY name") { row in
            let reader = ReaderRow(
                name: row.string(0) ?? "", floor: LogOffset(UInt64(bitPattern: row.integer(1))),
                registeredAt: row.integer(2))
            guard row.integer(3) == Int64(reader.checksum(chain)) else {
                throw LogError(
                    .corrupt, "the row of reader \(reader.name) is damaged",
                    hint: "Unregister the reader and start it again; it goes on where its own target says.")
            }
            return reader
        }
    }

    /// Puts the row in place of any of that name.
    func write(_ connection: SQLiteConnection, _ chain: RecordChain) throws {
        try connection.run(
            "INSERT OR REPLACE INTO reader VALUES (?1, ?2, ?3, ?4)",
            [
                .text(name), .integer(Int64(bitPattern: floor.value)), .integer(registeredAt),
                .integer(Int64(checksum(chain))),
            ])
    }

    private func checksum(_ chain: RecordChain) -> UInt32 {
        chain.checksum(Array("\(name)\u{0}\(floor)\u{0}\(registeredAt)".utf8))
    }
}
