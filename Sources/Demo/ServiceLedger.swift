package import ChangeLog
import SQLite

/// How far the service says it is: its own ledger, read from outside.
package struct ServiceLedger {
    /// The last record of the log whose effects the service holds.
    package let offset: LogOffset
    /// Grows by one with each engine that took the service over.
    package let epoch: Int64

    /// Reads the ledger of a service's database.
    package init(path: String) throws {
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        let rows = try connection.rows(
            "SELECT log_offset, epoch FROM banyan_ledger ORDER BY log_offset LIMIT 1"
        ) {
            (offset: LogOffset(UInt64(bitPattern: $0.integer(0))), epoch: $0.integer(1))
        }
        offset = rows.first?.offset ?? .start
        epoch = rows.first?.epoch ?? 0
    }

    /// The old tables whose whole history the service holds; none before the first engine.
    package static func completeTables(path: String) throws -> Int {
        let connection = try SQLiteConnection(path: path, access: .readOnly)
        let isThere =
            try connection.integer("SELECT 1 FROM sqlite_schema WHERE name = 'banyan_history'") != nil
        guard isThere else { return 0 }
        return Int(try connection.integer("SELECT COUNT(*) FROM banyan_history WHERE complete = 1") ?? 0)
    }
}
