import CSQLite

/// A failure reported by SQLite.
///
/// The description carries SQLite's own message, which names tables, columns and constraints but never row
/// values.
public struct SQLiteError: Error, CustomStringConvertible {
    /// What to do about a failure.
    public enum Recovery: Sendable {
        /// Another connection was in the way, or the machine was short of something: try again later.
        case retry
        /// One row broke a rule of the schema: set it aside.
        case quarantine
        /// Nothing here can go on by itself.
        case halt
    }

    /// SQLite's extended result code.
    public var code: Int32
    /// SQLite's message.
    public var message: String
    /// What was being done, in words.
    public var action: String

    /// Makes an error.
    public init(code: Int32, message: String, action: String) {
        self.code = code
        self.message = message
        self.action = action
    }

    /// The result code without its extension.
    public var primaryCode: Int32 { code & 0xFF }

    /// What to do about it.
    public var recovery: Recovery {
        if isFull { return .retry }
        return switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM, SQLITE_INTERRUPT: .retry
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: .quarantine
        default: .halt
        }
    }

    /// Whether another connection holds a lock.
    public var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// Whether there was no room: on the disk, or within the limit set for the file.
    ///
    /// A full disk that has no room for the index of the write-ahead file is an I/O error in SQLite's words.
    public var isFull: Bool { primaryCode == SQLITE_FULL || code == Self.noRoomForIndex }

    /// SQLITE_IOERR_SHMSIZE.
    private static let noRoomForIndex = SQLITE_IOERR | 19 << 8

    /// Whether the file's structure is damaged, or the file is no database.
    public var isDamaged: Bool {
        primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB
    }

    /// Whether the file is no database.
    public var isNotADatabase: Bool { primaryCode == SQLITE_NOTADB }

    /// Whether a constraint of the schema refused a row.
    public var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

    /// The action, the message and the code.
    public var description: String { "\(action): \(message) (SQLite \(code))" }
}
