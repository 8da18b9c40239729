import Foundation
import Plan

/// The fixture plan, and edits of it.
enum Fixture {
    /// The folder with the fixtures.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures").path
    /// Variables that the fixture plan uses; the value is the canary that no output may show.
    static let environment = ["LEGACY_DB": canary, "SHORT_KEY": "too short"]
    static let canary = "/secret/canary-7f3a/legacy.db"

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    }

    static func source(_ text: String, name: String = "plan.yaml") -> PlanSource {
        PlanSource(files: [PlanFile(name: name, text: text)])
    }

    /// Everything there is to say about a text.
    static func check(_ text: String) -> (plan: CheckedPlan?, diagnostics: [PlanDiagnostic]) {
        let (declarations, diagnostics) = PlanLoader.load(source(text), environment: environment)
        guard let declarations else { return (nil, diagnostics) }
        let checked = PlanChecker.check(declarations, catalogs: Catalogs.both)
        return (checked.plan, diagnostics + checked.diagnostics)
    }

    /// The fixture plan with texts replaced.
    static func edited(_ edits: [(String, String)]) throws -> String {
        var text = try self.text("plan.yaml")
        for (old, new) in edits {
            guard let range = text.range(of: old) else { throw MissingEdit(text: old) }
            text.replaceSubrange(range, with: new)
        }
        return text
    }

    struct MissingEdit: Error {
        var text: String
    }
}
