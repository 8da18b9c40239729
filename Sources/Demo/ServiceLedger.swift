import ChangeLog
import SQLite

/// How far the service says it is: its own ledger, read from outside.
struct ServiceLedger {
    /// The last record of the log whose effects the service holds.
    let offset: LogOffset

    init(path: String) throws {
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        let value = try connection.integer("SELECT MIN(log_offset) FROM banyan_ledger") ?? 0
        offset = LogOffset(UInt64(bitPattern: value))
    }
}
