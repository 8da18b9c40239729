import Expressions

/// Reads nodes into declarations.
struct DeclarationReader {
    let source: PlanSource
    let report: Report
    let settings: ConnectionSettings

    init(source: PlanSource, environment: [String: String], report: Report) {
        self.source = source
        self.report = report
        settings = ConnectionSettings(environment: environment, folder: source.folder, report: report)
    }

    private static let keys = ["migration", "systems", "log", "control", "audit", "keys", "contexts"]

    /// Reads the roots of all files as one plan.
    mutating func read(_ roots: [PlanNode]) -> PlanDeclarations? {
        var contexts: [ContextText] = []
        var common: [String: PlanNode] = [:]
        for root in roots {
            guard let section = Section(root, keys: DeclarationReader.keys, of: "a plan", report: report)
            else { continue }
            for key in DeclarationReader.keys {
                guard let node = section[key] else { continue }
                if key == "contexts" {
                    contexts += self.contexts(node, after: contexts)
                } else if let other = common[key] {
                    duplicate("`\(key)`", at: section.location(of: key), node.path, other.location)
                } else {
                    common[key] = node
                }
            }
        }
        return assemble(common, contexts, roots)
    }

    private func assemble(
        _ common: [String: PlanNode], _ contexts: [ContextText], _ roots: [PlanNode]
    ) -> PlanDeclarations? {
        let start =
            roots.first?.location ?? SourceLocation(file: source.files.first?.name ?? "", line: 1, column: 1)
        func required(_ key: String, _ expected: String) -> PlanNode? {
            if let node = common[key], !node.isEmpty { return node }
            report.error(
                .missingKey, at: common[key]?.location ?? start, path: key, "the plan needs `\(key)`",
                expected: "`\(key)`: \(expected)")
            return nil
        }
        let migration = required("migration", "a name for the migration").flatMap { name($0) }
        let systems = required("systems", "the databases that take part").map { self.systems($0) }
        let log = required("log", "{ embedded: state/log, retain: 30d }").flatMap { settings.log($0) }
        let control = required("control", "{ sqlite: state/control.db }").flatMap { settings.control($0) }
        if contexts.isEmpty, !report.hasErrors {
            report.error(
                .missingKey, at: start, path: "contexts", "the plan has no context",
                expected: "`contexts`: at least one bounded context")
        }
        guard let migration, let systems, let log, let control else { return nil }
        return PlanDeclarations(
            source: source, migration: migration, systems: systems, log: log, control: control,
            audit: common["audit"].flatMap { settings.audit($0) } ?? AuditFiles(),
            keys: common["keys"].map { settings.keys($0) } ?? KeyRing(), contexts: contexts)
    }

    private func systems(_ node: PlanNode) -> [SystemText] {
        (node.entries(of: "`systems`", report) ?? []).compactMap { entry in
            checkName(entry)
            return settings.system(
                Located(entry.key, location: entry.keyLocation, path: entry.value.path), entry.value)
        }
    }

    private func contexts(_ node: PlanNode, after known: [ContextText]) -> [ContextText] {
        var read: [ContextText] = []
        for entry in node.entries(of: "`contexts`", report) ?? [] {
            checkName(entry)
            if let other = known.first(where: { $0.name.value == entry.key }) {
                duplicate(
                    "the context `\(entry.key)`", at: entry.keyLocation, entry.value.path, other.name.location
                )
            } else if let context = context(entry) {
                read.append(context)
            }
        }
        return read
    }

    /// Reports a name that stands in two files.
    func duplicate(_ what: String, at location: SourceLocation, _ path: String, _ first: SourceLocation) {
        report.error(
            .duplicateName, at: location, path: path, "\(what) is declared twice", expected: "each once",
            hint: "the first is at \(first)")
    }

    /// A name: letters, digits, `_` and `-`.
    func name(_ node: PlanNode) -> Located<String>? {
        guard let name = node.located("a name", report) else { return nil }
        checkName(name.value, at: name.location, path: name.path)
        return name
    }

    /// Reports a key that is no name.
    func checkName(_ entry: PlanNode.Entry) {
        checkName(entry.key, at: entry.keyLocation, path: entry.value.path)
    }

    private func checkName(_ name: String, at location: SourceLocation, path: String) {
        guard !name.isPlanName || name.utf8.count > 63 else { return }
        report.error(
            .invalidName, at: location, path: path, "this cannot be a name", found: name,
            expected: "letters, digits, `_` and `-`, beginning with a letter, at most 63")
    }

    /// An expression of a scalar; warns where `${NAME}` would look as if it were replaced.
    func expression(_ node: PlanNode) -> ExpressionText? {
        guard case .scalar(let text, _) = node.content, !node.isEmpty else {
            report.error(
                .wrongShape, at: node.location, path: node.path,
                "`\(node.name)` must be an expression, but is \(node.shape)",
                found: node.shape, expected: "an expression",
                hint: node.shape == "a mapping" ? "put an expression with braces or `: ` in quotes" : nil)
            return nil
        }
        warnOfVariable(text, node)
        return place(text, node)
    }

    private func place(_ text: String, _ node: PlanNode) -> ExpressionText {
        let lines = source.files.first { $0.name == node.location.file }?.lines ?? []
        return ExpressionText(text, location: node.textLocation, path: node.path, lines: lines)
    }

    /// Warns of a variable outside of connection settings.
    func warnOfVariable(_ text: String, _ node: PlanNode) {
        guard let name = ConnectionSettings.variables(in: text).first else { return }
        report.warning(
            .strayVariable, at: node.location, path: node.path,
            "variables are replaced in connection settings only; this text stays as it is",
            found: "${\(name)}",
            expected: "a value")
    }

    /// An expression, or a mapping of `is` and `because`.
    func explained(_ node: PlanNode) -> ExpressionText? {
        guard case .mapping(let entries) = node.content else { return expression(node) }
        if let cut = entries.first(where: { $0.value.isEmpty && $0.key != "is" && $0.key != "because" }) {
            report.error(
                .wrongShape, at: cut.keyLocation, path: node.path,
                "inside { } a comma ends the value, so the expression was cut off here", found: cut.key,
                expected: "the expression in quotes",
                hint: "write { is: \"…\", because: … }, or put `is:` on a line of its own")
            return nil
        }
        guard let section = Section(node, keys: ["is", "because"], of: "a field", report: report),
            var read = section.required("is", "an expression").flatMap({ expression($0) })
        else { return nil }
        read.because = section["because"]?.text("the reason in words", report)
        return read
    }
}
