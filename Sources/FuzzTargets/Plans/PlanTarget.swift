import Foundation
import Insurer
import Model
import Plan
import SQLite
import SQLiteConnector

/// Plans, from the bytes of a file to a checked plan, against the catalogs of the insurer example.
///
/// The laws: every diagnostic lies inside the file and can be shown; a plan without an error is a plan, and
/// one with an error is none; no text takes long; a secret of the environment is never repeated.
public final class PlanTarget: FuzzTarget {
    /// A value of the environment that nothing may show.
    private static let secret = "canary-41f7"

    private let catalogs: [String: Catalog]

    /// Reads the catalogs.
    ///
    /// - Parameter folder: Where two databases are made for that.
    public init(folder: String) throws {
        catalogs = try ["legacy": ExampleFile.legacy, "service": ExampleFile.service].mapValues { file in
            let path = folder + "/" + file.rawValue + ".db"
            let connection = try SQLiteConnection(path: path, access: .create)
            try connection.execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY")
            try connection.execute(file.text)
            return try SQLiteCatalog.read(connection)
        }
    }

    /// The input is the text of the plan.
    public func run(_ input: [UInt8]) throws {
        let time = CPUTime()
        let source: PlanSource
        do throws(PlanDiagnostic) {
            source = PlanSource(files: [try PlanSource.file(name: "plan.yaml", bytes: input)])
        } catch {
            try FuzzFinding.unless(error.location.line >= 1, "a file is refused at \(error.location)")
            return
        }
        let loaded = PlanLoader.load(source, environment: ["SECRET": Self.secret])
        try Self.judge(loaded.diagnostics, isPlan: loaded.declarations != nil, source)
        guard let declarations = loaded.declarations else { return }
        let checked = PlanChecker.check(declarations, catalogs: catalogs)
        try Self.judge(checked.diagnostics, isPlan: checked.plan != nil, source)
        if let plan = checked.plan { try explain(plan, source) }
        try time.requireWithinLimit("a plan of \(input.count) bytes")
    }

    /// Throws when a diagnostic cannot stand, or does not fit what came of the text.
    static func judge(_ diagnostics: [PlanDiagnostic], isPlan: Bool, _ source: PlanSource) throws {
        let hasError = diagnostics.contains { $0.severity == .error }
        try FuzzFinding.unless(
            hasError != isPlan, isPlan ? "a plan in spite of an error" : "a plan is refused without an error")
        for diagnostic in diagnostics {
            let place = diagnostic.location
            guard let file = source.files.first(where: { $0.name == place.file }),
                file.lines.indices.contains(place.line - 1), place.column >= 1,
                place.column <= file.lines[place.line - 1].unicodeScalars.count + 1
            else { throw FuzzFinding("\(diagnostic.code) stands at \(place), outside the text") }
            let shown = diagnostic.render(source: source)
            try FuzzFinding.unless(!shown.isEmpty, "\(diagnostic.code) cannot be shown")
            try FuzzFinding.unless(
                !shown.contains(secret) && !"\(diagnostic)".contains(secret),
                "\(diagnostic.code) repeats a secret")
        }
    }

    /// What is printed of a plan can be printed of every plan.
    private func explain(_ plan: CheckedPlan, _ source: PlanSource) throws {
        for format in PlanFormat.allCases { _ = PlanTable.render(plan, format: format) }
        try FuzzFinding.unless(
            PlanDiff(from: plan, to: plan).changes.isEmpty, "a plan differs from itself")
        _ = Lineage(plan).describe("endorsement.status")
    }
}
