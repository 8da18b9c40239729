package import Apply
package import Capture
package import Model
package import Plan
import PostgreSQL
import PostgresConnector
import SQLite
import SQLiteConnector

/// Opens the systems of a plan: the one place that knows which connector stands behind a name.
package struct Systems: Sendable {
    /// How a system is reached.
    enum Reach: Sendable {
        case sqlite(path: String)
        case postgres(address: String)
    }

    private let reaches: [String: Reach]
    private let migration: String

    /// The systems of a checked plan.
    package init(_ plan: CheckedPlan) {
        self.init(plan.systems, migration: plan.name)
    }

    /// These systems.
    ///
    /// - Parameters:
    ///   - systems: The systems.
    ///   - migration: The migration's name, by which what is installed in a server is called.
    package init(_ systems: [SystemDeclaration], migration: String) {
        self.migration = migration
        var reaches: [String: Reach] = [:]
        for system in systems {
            switch system.connector {
            case .sqlite(let path): reaches[system.name] = .sqlite(path: path)
            case .postgres(let address): reaches[system.name] = .postgres(address: address)
            }
        }
        self.reaches = reaches
    }

    /// Reads a system's catalog, without Banyan's own tables.
    package func catalog(of system: String) throws -> Catalog {
        switch try reach(of: system) {
        case .sqlite(let path):
            let connection = try SQLiteConnection(path: path, access: .readOnly)
            let catalog = try SQLiteCatalog.read(connection)
            return Catalog(tables: catalog.tables.filter { !$0.name.hasPrefix("banyan_") })
        case .postgres(let address):
            let connection = try PostgresConnection(
                try PostgresAddress(address), application: "banyan plan")
            connection.patience = .seconds(60)
            return Catalog(tables: try PostgresCatalog.read(connection).map(\.schema))
        }
    }

    /// Installs what capture needs in a legacy system.
    ///
    /// - Parameters:
    ///   - captured: What is read of it.
    ///   - goesOn: Whether the log has begun to record the system.
    ///   - anewAfter: Where what is installed now was read up to, when it is to be replaced; nil when it goes
    ///     on.
    ///   - system: The plan's name of the system.
    func installCapture(
        of captured: CapturedTables, goesOn: Bool = false, anewAfter: Position? = nil, in system: String
    ) throws {
        if let anewAfter {
            if case .postgres(let address) = try reach(of: system) {
                // Known before anything is made that would keep the server's log for nobody.
                let end = try PostgresCapture.end(at: try PostgresAddress(address))
                try CaptureCheckpoint.demand(end, of: system, after: anewAfter)
            }
            _ = try removeCapture(from: system)
        }
        switch try reach(of: system) {
        case .sqlite(let path):
            var options = SQLiteJournal.Options(tables: captured.names.sorted(), enableWAL: true)
            options.after = anewAfter ?? .start
            // One that is made now has not seen what the log lacks, and nobody would read it.
            if goesOn, try SQLiteJournal.installed(at: path) == nil {
                throw CaptureError(
                    .tampered, "the journal of \(system) is gone: changes were not seen",
                    hint: "read history again")
            }
            try SQLiteJournal.install(options, at: path)
        case .postgres(let address):
            var request = request(for: captured, of: system)
            request.tables.sort()
            request.goesOn = goesOn
            _ = try PostgresCapture.install(request, at: try PostgresAddress(address))
        }
    }

    /// Removes everything of ours from a legacy system; returns the names of what was removed.
    package func removeCapture(from system: String) throws -> [String] {
        switch try reach(of: system) {
        case .sqlite(let path): try SQLiteJournal.uninstall(at: path)
        case .postgres(let address):
            try PostgresCapture.uninstall(
                capture(of: system), of: owner(of: system), at: try PostgresAddress(address))
        }
    }

    /// Looks at a legacy system as a migration would meet it; changes nothing.
    func survey(of system: String, _ plan: CheckedPlan) throws -> SourceSurvey {
        let captured = CapturedTables(of: system, in: plan)
        switch try reach(of: system) {
        case .sqlite(let path): return try SQLiteSurvey.run(captured.names, at: path)
        case .postgres(let address):
            return try PostgresSurvey.run(
                request(for: captured, of: system), at: try PostgresAddress(address))
        }
    }

    /// Opens the stream of changes of a legacy system.
    package func source(_ system: String) throws -> any ChangeSource {
        switch try reach(of: system) {
        case .sqlite(let path): try SQLiteSource(path: path, name: system)
        case .postgres(let address):
            try PostgresSource(try PostgresAddress(address), capture: capture(of: system), name: system)
        }
    }

    /// Opens the reader of a legacy system's present rows.
    package func ranges(_ system: String) throws -> any RangeReader {
        switch try reach(of: system) {
        case .sqlite(let path): try SQLiteRangeReader(path: path)
        case .postgres(let address):
            try PostgresRangeReader(try PostgresAddress(address), capture: capture(of: system))
        }
    }

    /// Connects to a legacy server to see what it has to do.
    func load(of system: String, _ reading: HistoryReading) throws -> PostgresLoad {
        guard case .postgres(let address) = try reach(of: system) else {
            throw MigrationError(
                .notFound, "the load of \(system) cannot be seen: it is no server",
                hint: "take `history` out of the plan")
        }
        return try PostgresLoad(try PostgresAddress(address), reading)
    }

    /// How a migration's publication and slot in a server are called.
    func capture(of system: String) -> String { PostgresCapture.name(of: "\(migration)_\(system)") }

    /// For whom they are made: names that are spelled differently may come to the same one in a server.
    private func owner(of system: String) -> String { "\(migration)/\(system)" }

    /// What is to be captured of a server, before anything is.
    func request(for captured: CapturedTables, of system: String) -> PostgresCapture.Request {
        var request = PostgresCapture.Request(
            name: capture(of: system), tables: captured.names, wholeRows: captured.joined)
        request.owner = owner(of: system)
        request.columns = captured.columns
        request.keys = captured.keys
        return request
    }

    /// Opens a service store for one thread.
    package func target(_ system: String) throws -> any TargetStore {
        switch try reach(of: system) {
        case .sqlite(let path): try SQLiteTarget(path: path, name: system)
        case .postgres(let address): try PostgresTarget(try PostgresAddress(address), name: system)
        }
    }

    /// Opens a store for what need not outlive the process.
    package static func scratch() throws -> any TargetStore { try SQLiteTarget.temporary() }

    /// Opens the outbox of a service store for one thread.
    package func outbox(_ system: String) throws -> any OutboxReader {
        switch try reach(of: system) {
        case .sqlite(let path): try SQLiteOutbox(path: path)
        case .postgres(let address): try PostgresOutbox(try PostgresAddress(address))
        }
    }

    /// The file behind a system; nil when it is a server's database.
    package func file(of system: String) throws -> String? {
        if case .sqlite(let path) = try reach(of: system) { return path }
        return nil
    }

    func reach(of system: String) throws -> Reach {
        guard let reach = reaches[system] else {
            throw MigrationError(.notFound, "the plan has no system \(system)", hint: "look at `systems:`")
        }
        return reach
    }
}
