package import Apply
import Foundation
import SQLite
package import SQLiteConnector

extension Systems {
    /// A service's store, unless nothing of Banyan's was ever put into it: looking must not be the first
    /// thing that does.
    package func preparedTarget(_ system: String) throws -> (any TargetStore)? {
        let connection = try SQLiteConnection(path: try path(of: system), access: .readOnly)
        // The names are those of tables that every run makes before its first transaction.
        let made = try connection.integer(
            """
            SELECT count(*) FROM sqlite_schema
            WHERE type = 'table'
            AND name IN ('banyan_ledger', 'banyan_quarantine', 'banyan_pending', 'banyan_outbox')
            """)
        return made == 4 ? try target(system) : nil
    }

    /// The present rows of a legacy system, read without anything of ours in it.
    package func rowFinder(_ system: String) throws -> SQLiteRowFinder {
        try SQLiteRowFinder(path: try path(of: system))
    }

    /// The names of everything of ours in a legacy system.
    package func captureObjects(in system: String) throws -> [String] {
        try SQLiteJournal.installed(at: try path(of: system))?.objects ?? []
    }
}
