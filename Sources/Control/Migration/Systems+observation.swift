package import Apply
import Foundation
import PostgreSQL
import PostgresConnector
import SQLite
import SQLiteConnector

extension Systems {
    // Tables that every run makes before its first transaction.
    private static let firstTables = [
        "banyan_ledger", "banyan_quarantine", "banyan_pending", "banyan_outbox",
    ]

    /// A service's store, unless nothing of Banyan's was ever put into it: looking must not be the first
    /// thing that does.
    package func preparedTarget(_ system: String) throws -> (any TargetStore)? {
        let names = Self.firstTables.map { "'\($0)'" }.joined(separator: ", ")
        let made: Int64?
        switch try reach(of: system) {
        case .sqlite(let path):
            made = try SQLiteConnection(path: path, access: .readOnly).integer(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN (\(names))")
        case .postgres(let address):
            let connection = try PostgresConnection(
                try PostgresAddress(address), application: "banyan look")
            connection.patience = .seconds(60)
            made = try connection.query(
                """
                SELECT count(*) FROM pg_catalog.pg_tables
                WHERE schemaname = '\(PostgresTableName.ownSchema)' AND tablename IN (\(names))
                """
            ).integer(0, 0)
        }
        return made == Int64(Self.firstTables.count) ? try target(system) : nil
    }

    /// The present rows of a legacy system, read without anything of ours in it.
    package func rowFinder(_ system: String) throws -> any RowFinder {
        switch try reach(of: system) {
        case .sqlite(let path): try SQLiteRowFinder(path: path)
        case .postgres(let address): try PostgresRowFinder(try PostgresAddress(address))
        }
    }

    /// The names of everything of ours in a legacy system.
    package func captureObjects(in system: String) throws -> [String] {
        switch try reach(of: system) {
        case .sqlite(let path): try SQLiteJournal.installed(at: path)?.objects ?? []
        case .postgres(let address):
            try PostgresCapture.installed(capture(of: system), at: try PostgresAddress(address))?.objects
                ?? []
        }
    }
}
