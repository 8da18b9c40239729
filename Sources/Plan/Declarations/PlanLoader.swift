/// Reads a plan's text into declarations, reporting everything that is wrong with its shape at once.
public enum PlanLoader {
    /// Reads the plan at a path: a file, or a folder with one file a context and one for what they share.
    ///
    /// `environment` gives the values of `${NAME}` in connection settings: pass that of the process, or
    /// nothing.
    public static func load(
        path: String, environment: [String: String]
    ) -> (declarations: PlanDeclarations?, diagnostics: [PlanDiagnostic]) {
        do {
            return load(try PlanSource.read(path), environment: environment)
        } catch {
            return (nil, [error])
        }
    }

    /// Reads a plan from texts.
    public static func load(
        _ source: PlanSource, environment: [String: String]
    ) -> (declarations: PlanDeclarations?, diagnostics: [PlanDiagnostic]) {
        let report = Report()
        let roots = source.files.compactMap { DocumentReader.read($0, report: report) }
        guard roots.count == source.files.count else { return (nil, report.sorted()) }
        var reader = DeclarationReader(source: source, environment: environment, report: report)
        let declarations = reader.read(roots)
        return (report.hasErrors ? nil : declarations, report.sorted())
    }
}
