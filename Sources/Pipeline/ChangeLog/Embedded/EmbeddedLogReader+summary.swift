import SQLite

extension EmbeddedLogReader {
    /// What the log holds, read in one snapshot.
    public func summary() throws -> LogSummary {
        try LogError.mapping(log.path) {
            try connection.snapshot {
                let header = try LogHeader.read(connection)
                let readers = try ReaderRow.readAll(connection, RecordChain(header.identity))
                let pages = try connection.integer("PRAGMA page_count") ?? 0
                return LogSummary(
                    identity: header.identity, createdAt: header.createdAt, generation: header.generation,
                    base: header.base, end: header.end, checkpoint: header.checkpoint,
                    oldestAt: try appendedAt(header.base.next),
                    newestAt: try appendedAt(header.end), bytes: header.liveBytes,
                    fileBytes: Int(pages) * EmbeddedLog.pageBytes,
                    readers: readers.map {
                        LogReaderFloor(name: $0.name, floor: $0.floor, registeredAt: $0.registeredAt)
                    })
            }
        }
    }

    private func appendedAt(_ offset: LogOffset) throws -> Int64? {
        try connection.integer(
            "SELECT appended_at FROM record WHERE \"offset\" = ?1",
            [.integer(Int64(bitPattern: offset.value))])
    }
}
