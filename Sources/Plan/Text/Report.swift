/// Collects what is to be said about a plan, all of it, while it is read and checked.
final class Report {
    private(set) var diagnostics: [PlanDiagnostic] = []

    /// Whether anything found so far keeps the plan from running.
    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// Records why the plan cannot run.
    func error(
        _ mistake: PlanMistake, at location: SourceLocation, path: String, _ message: String,
        found: String? = nil,
        expected: String? = nil, hint: String? = nil
    ) {
        diagnostics.append(
            PlanDiagnostic(
                code: mistake.rawValue, location: location, path: path, message: message, found: found,
                expected: expected, hint: hint))
    }

    /// Records what deserves a look.
    func warning(
        _ mistake: PlanMistake, at location: SourceLocation, path: String, _ message: String,
        found: String? = nil,
        expected: String? = nil, hint: String? = nil
    ) {
        diagnostics.append(
            PlanDiagnostic(
                severity: .warning, code: mistake.rawValue, location: location, path: path, message: message,
                found: found, expected: expected, hint: hint))
    }

    /// An unknown name with the nearest valid one.
    func unknown(
        _ mistake: PlanMistake, at location: SourceLocation, path: String, _ message: String, name: String,
        among names: [String], of what: String
    ) {
        let nearest = NearestName.of(name, among: names)
        let shown = names.sorted().prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
        error(
            mistake, at: location, path: path, message, found: name,
            expected: names.isEmpty ? "\(what) (there is none)" : "\(what): \(shown)",
            hint: nearest.map { "did you mean `\($0)`?" })
    }

    /// Everything, in the order of the text, each once.
    func sorted() -> [PlanDiagnostic] {
        var seen: Set<PlanDiagnostic> = []
        return diagnostics.enumerated().sorted { left, right in
            (left.element.location, left.offset) < (right.element.location, right.offset)
        }.map(\.element).filter { seen.insert($0).inserted }
    }
}
