package import Apply
package import Capture
package import Model
package import Plan
import SQLite
package import SQLiteConnector

/// Opens the systems of a plan: the one place that knows which connector stands behind a name.
package struct Systems: Sendable {
    private let paths: [String: String]

    /// The systems of a checked plan.
    package init(_ plan: CheckedPlan) {
        self.init(plan.systems)
    }

    /// These systems.
    package init(_ systems: [SystemDeclaration]) {
        var paths: [String: String] = [:]
        for system in systems {
            switch system.connector {
            case .sqlite(let path): paths[system.name] = path
            }
        }
        self.paths = paths
    }

    /// Reads a system's catalog, without Banyan's own tables.
    package func catalog(of system: String) throws -> Catalog {
        let connection = try SQLiteConnection(path: try path(of: system), access: .readOnly)
        let catalog = try SQLiteCatalog.read(connection)
        return Catalog(tables: catalog.tables.filter { !$0.name.hasPrefix("banyan_") })
    }

    /// Installs what capture needs in a legacy system.
    package func installCapture(of tables: [String], in system: String) throws {
        try SQLiteJournal.install(
            SQLiteJournal.Options(tables: tables, enableWAL: true), at: try path(of: system))
    }

    /// Removes everything of ours from a legacy system; returns the names of what was removed.
    package func removeCapture(from system: String) throws -> [String] {
        try SQLiteJournal.uninstall(at: try path(of: system))
    }

    /// Opens the stream of changes of a legacy system.
    package func source(_ system: String) throws -> any ChangeSource {
        try SQLiteSource(path: try path(of: system), name: system)
    }

    /// Opens the reader of a legacy system's present rows.
    package func ranges(_ system: String) throws -> any RangeReader {
        try SQLiteRangeReader(path: try path(of: system))
    }

    /// Opens a service store for one thread.
    package func target(_ system: String) throws -> SQLiteTarget {
        try SQLiteTarget(path: try path(of: system), name: system)
    }

    /// Opens the outbox of a service store for one thread.
    package func outbox(_ system: String) throws -> any OutboxReader {
        try SQLiteOutbox(path: try path(of: system))
    }

    /// The file behind a system.
    package func path(of system: String) throws -> String {
        guard let path = paths[system] else {
            throw MigrationError(.notFound, "the plan has no system \(system)", hint: "look at `systems:`")
        }
        return path
    }
}
