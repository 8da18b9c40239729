import Model
import SQLite

extension EmbeddedLog {
    /// Reads the header of a file that may be anything; refuses what is not this log.
    func openHeader(_ connection: SQLiteConnection) throws -> LogHeader {
        let (application, version) = try mappingFirstTouch {
            (
                try connection.integer("PRAGMA application_id") ?? 0,
                try connection.integer("PRAGMA user_version") ?? 0
            )
        }
        guard application == LogHeader.applicationID else {
            throw LogError(
                .foreign, "\(path) is a database, but no change log",
                hint: "Name another folder; nothing in this file was changed.")
        }
        guard version == LogHeader.formatVersion else {
            throw LogError(
                .foreign, "\(path) has format \(version); this build reads \(LogHeader.formatVersion)",
                hint: "Use the version of the program that wrote it.")
        }
        let header = try readHeader(connection)
        if let wanted = options.identity, wanted != header.identity {
            throw LogError(
                .foreign, "\(path) is log \(header.identity), not \(wanted)",
                hint: "Another migration's log stands here; restore the right file.")
        }
        return header
    }

    /// Runs `body` on a file that may be anything, and says its failures in the log's terms.
    func mappingFirstTouch<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as SQLiteError where error.isNotADatabase {
            // A witness beside it says that it once was a log: then its first page is damaged.
            let wasLog = EndWitness.read(witnessPath) != nil
            throw LogError(
                wasLog ? .corrupt : .foreign, "\(path) is not a database",
                hint: wasLog ? LogError.restoreHint : "Name another folder; nothing in this file was changed."
            )
        } catch let error as SQLiteError {
            throw LogError(error, path: path)
        }
    }

    private func readHeader(_ connection: SQLiteConnection) throws -> LogHeader {
        do {
            return try LogHeader.read(connection)
        } catch let error as SQLiteError where error.recovery == .halt {
            // The application id said that this is a log, so a table that cannot be read is damage.
            throw LogError(
                .corrupt, "the header of \(path) cannot be read: \(error)", hint: LogError.restoreHint)
        } catch let error as SQLiteError {
            throw LogError(error, path: path)
        }
    }

    /// Checks that the log ends where its header says and holds what was acknowledged.
    func verifyTail(_ connection: SQLiteConnection, _ header: LogHeader) throws {
        try verifyWitness(header)
        let last = try LogError.mapping(path, at: header.end) {
            (
                first: try connection.integer("SELECT min(\"offset\") FROM record"),
                last: try connection.integer("SELECT max(\"offset\") FROM record")
            )
        }
        guard header.base < header.end else {
            guard last.last == nil else {
                throw outOfPlace(header.end.next, "a record stands past the log's end")
            }
            return
        }
        guard last.first == Int64(bitPattern: header.base.next.value) else {
            throw outOfPlace(header.base.next, "the first record is not there")
        }
        guard last.last == Int64(bitPattern: header.end.value) else {
            throw outOfPlace(header.end, "the last record is not the one that the header names")
        }
        let scan = RecordScan(connection: connection, header: header, path: path)
        var checksum = try scan.predecessorChecksum(of: header.end)
        try unsafe scan.run(from: header.end, checksum: &checksum, byteLimit: 1) { _, _, _ in }
    }

    private func verifyWitness(_ header: LogHeader) throws {
        guard let testimony = EndWitness.read(witnessPath) else { return }
        guard testimony.identity == header.identity else {
            throw LogError(
                .foreign, "\(path) is log \(header.identity), but \(testimony.identity) stood here before",
                hint: "Restore the right file; or, to accept this one, remove \(witnessPath).")
        }
        guard testimony.end <= header.end else {
            throw LogError(
                .corrupt, at: header.end.next,
                "\(path) ends at record \(header.end), though \(testimony.end) was acknowledged",
                hint:
                    "Restore \(path) with its -wal file; or, to give the rest up and read history again, "
                    + "remove \(witnessPath).")
        }
    }

    private func outOfPlace(_ offset: LogOffset, _ what: String) -> LogError {
        LogError(.corrupt, at: offset, "record \(offset) of \(path): \(what)", hint: LogError.restoreHint)
    }
}
