import Model
import SQLite

extension LogError {
    /// What to do about a damaged log.
    static let restoreHint =
        "Keep the files, restore them from a copy, or make a new log and read the source's history again."

    /// Says what a failure of SQLite means for a log.
    init(_ error: SQLiteError, path: String, at offset: LogOffset? = nil) {
        let place = offset.map { "record \($0) of \(path)" } ?? path
        if error.isDamaged {
            self.init(.corrupt, at: offset, "\(place) is damaged: \(error)", hint: Self.restoreHint)
        } else if error.isFull {
            self.init(
                .full, at: offset, "no room for \(place): \(error)",
                hint:
                    "Make room on the disk or raise the file's limit; the log goes on once reopened."
            )
        } else if error.isBusy {
            self.init(
                .locked, at: offset, "another connection holds \(path): \(error)",
                hint: "Wait for it, or end it.")
        } else {
            self.init(
                .failed, at: offset, "\(place): \(error)",
                hint: "Look at the disk and the system's log; the log must be opened again before it is used."
            )
        }
    }

    /// Runs `body` and says its failures in the log's terms.
    static func mapping<T>(_ path: String, at offset: LogOffset? = nil, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as SQLiteError {
            throw LogError(error, path: path, at: offset)
        }
    }
}

extension LogError {
    /// Decodes a record whose checksum holds and says its failures in the log's terms.
    static func decoding<T>(_ offset: LogOffset, _ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as ModelError {
            let isOtherVersion = error.code == .unsupportedVersion
            throw LogError(
                isOtherVersion ? .foreign : .corrupt, at: offset, "record \(offset) of \(path): \(error)",
                hint: isOtherVersion ? "Use the version of the program that wrote it." : restoreHint)
        }
    }
}
