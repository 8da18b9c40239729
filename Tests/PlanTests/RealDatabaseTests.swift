import Foundation
import Model
import Plan
import SQLite
import SQLiteConnector
import Testing

/// Plans against catalogs that a connector reads: the example of this repository, and first plans of real
/// databases.
@Suite struct RealDatabaseTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Real databases, beside the package or where the environment says.
    private static func data(_ path: String) throws -> String {
        let variable = ProcessInfo.processInfo.environment["BANYAN_SHARED"]
        let folder = variable.map { URL(filePath: $0) } ?? root.appending(path: "../shared")
        let found = folder.appending(path: "data/\(path)").standardizedFileURL.path
        try #require(
            FileManager.default.fileExists(atPath: found),
            "no database at \(found); set BANYAN_SHARED to the folder that holds data/\(path)")
        return found
    }

    /// The catalog of a database made by a script.
    private static func catalog(script: String) throws -> Catalog {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "banyan-plan-\(UUID().uuidString).db"
        ).path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let connection = try SQLiteConnection(path: file, access: .create)
        // The file is read once and thrown away.
        try connection.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
        try connection.execute(try String(contentsOfFile: script, encoding: .utf8))
        return try SQLiteCatalog.read(connection)
    }

    private static func catalog(file: String) throws -> Catalog {
        let copy = FileManager.default.temporaryDirectory.appending(
            path: "banyan-plan-\(UUID().uuidString).db"
        ).path
        try FileManager.default.copyItem(atPath: file, toPath: copy)
        defer { try? FileManager.default.removeItem(atPath: copy) }
        return try SQLiteCatalog.read(try SQLiteConnection(path: copy, access: .readWrite))
    }

    @Test func theInsurersPlanChecks() throws {
        let folder = Self.root.appending(path: "examples/insurer").path
        let source = try PlanSource.read(folder + "/plan.yaml")
        let (declarations, diagnostics) = PlanLoader.load(source, environment: [:])
        let checked = PlanChecker.check(
            try #require(declarations, "\(diagnostics.map { $0.render(source: source) })"),
            catalogs: [
                "legacy": try Self.catalog(script: folder + "/legacy.sql"),
                "service": try Self.catalog(script: folder + "/service.sql"),
            ])
        let errors = checked.diagnostics.filter { $0.severity == .error }
        #expect(errors.isEmpty, "\(errors.map { $0.render(source: source) }.joined())")
        #expect(checked.plan != nil)
    }

    @Test(arguments: ["chinook/Chinook_Sqlite.sqlite", "northwind/sqlite-create.sql"])
    func aFirstPlanOfARealDatabaseChecks(_ path: String) throws {
        let file = try Self.data(path)
        let catalog = try path.hasSuffix(".sql") ? Self.catalog(script: file) : Self.catalog(file: file)
        let text = InitialPlan.write(catalog: catalog, legacy: .file("legacy.db"))
        let source = PlanSource(files: [PlanFile(name: "plan.yaml", text: text)])
        let (declarations, diagnostics) = PlanLoader.load(source, environment: [:])
        #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.render(source: source) }.joined())")
        // The service's tables do not exist yet; with tables of the same shape only the guesses can be wrong.
        let checked = PlanChecker.check(
            try #require(declarations), catalogs: ["legacy": catalog, "service": catalog])
        for error in checked.diagnostics where error.severity == .error {
            let line = source.files[0].lines[error.location.line - 1]
            #expect(
                line.contains("# guess:") || line.contains("# question:"), "\(error.render(source: source))")
        }
        if let folder = ProcessInfo.processInfo.environment["BANYAN_SHOW"] {
            try text.write(
                toFile: folder + "/\(catalog.tables.count).yaml", atomically: true, encoding: .utf8)
        }
    }
}
