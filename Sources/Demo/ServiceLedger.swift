package import ChangeLog
import Insurer

/// How far the service says it is: its own ledger, read from outside.
package struct ServiceLedger {
    /// The last record of the log whose effects the service holds.
    package let offset: LogOffset
    /// Grows by one with each engine that took the service over.
    package let epoch: Int64

    /// Reads the ledger of a folder's service, in a file or on a server.
    package init(of folder: DemoFolder) throws {
        let rows = try folder.openService().rows(
            "SELECT log_offset, epoch FROM banyan_ledger ORDER BY log_offset LIMIT 1"
        ) {
            (offset: LogOffset(UInt64(bitPattern: $0.integer(0))), epoch: $0.integer(1))
        }
        offset = rows.first?.offset ?? .start
        epoch = rows.first?.epoch ?? 0
    }

    /// The old tables whose whole history the service holds; none before the first engine.
    package static func completeTables(of folder: DemoFolder) throws -> Int {
        let system = try folder.openService()
        let search =
            switch system.dialect {
            case .sqlite: "SELECT 1 FROM sqlite_schema WHERE name = 'banyan_history'"
            case .postgres: "SELECT 1 WHERE to_regclass('banyan_history') IS NOT NULL"
            }
        guard try system.integer(search) != nil else { return 0 }
        return Int(try system.integer("SELECT COUNT(*) FROM banyan_history WHERE complete = 1") ?? 0)
    }
}
