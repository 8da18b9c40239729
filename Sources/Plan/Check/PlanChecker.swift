public import Model

/// Checks a plan against the catalogs of the systems it names: every name, every join, every expression.
public enum PlanChecker {
    /// The checked plan, unless there is an error, and everything there is to say, in the order of the text.
    ///
    /// `catalogs` are keyed by the plan's names of the systems.
    public static func check(
        _ declarations: PlanDeclarations, catalogs: [String: Catalog]
    ) -> (plan: CheckedPlan?, diagnostics: [PlanDiagnostic]) {
        let report = Report()
        var owners = TableOwners()
        let contexts = declarations.contexts.compactMap { text in
            context(text, declarations, catalogs, report, &owners)
        }
        checkServers(declarations, report)
        checkNamedKeys(declarations, report)
        let diagnostics = report.sorted().filter { !report.hasErrors || !concludesFromTheWhole($0) }
        guard !report.hasErrors, contexts.count == declarations.contexts.count else {
            return (nil, diagnostics)
        }
        var plan = CheckedPlan(
            name: declarations.migration.value,
            systems: declarations.systems.map(SystemDeclaration.init(text:)).sorted { $0.name < $1.name },
            log: LogDeclaration(
                folder: declarations.log.folder.reveal { $0 }, retain: declarations.log.retain),
            control: SystemDeclaration(text: declarations.control), audit: declarations.audit,
            contexts: contexts,
            warnings: diagnostics.filter { $0.severity == .warning }, digest: "")
        plan.digest = PlanDigest.hex(of: plan)
        return (plan, diagnostics)
    }

    /// A server that nothing is read from keeps no log for the migration, and has no history to be read.
    private static func checkServers(_ declarations: PlanDeclarations, _ report: Report) {
        let legacies = Set(declarations.contexts.map(\.from.value))
        for system in declarations.systems where !legacies.contains(system.name.value) {
            let keys = [
                ("retained_wal", system.retainedWAL.map { ($0.location, $0.path) }),
                ("history", system.history.map { ($0.location, $0.path) }),
            ]
            for (key, place) in keys {
                guard let place else { continue }
                report.error(
                    .conflictingKeys, at: place.0, path: place.1,
                    "nothing is read from `\(system.name.value)`", found: key,
                    expected: "`\(key)` with a legacy system")
            }
        }
    }

    /// The rows of a table are known by one key, whoever reads them.
    private static func checkNamedKeys(_ declarations: PlanDeclarations, _ report: Report) {
        var known: [[String]: [String]] = [:]
        for (context, read) in declarations.contexts.flatMap({ context in context.reads.map { (context, $0) }
        }) {
            guard let key = read.key, let first = key.first else { continue }
            let columns = key.map(\.value)
            let table = [context.from.value, read.table.value]
            if let other = known[table], other != columns {
                report.error(
                    .conflictingKeys, at: first.location, path: first.path,
                    "the plan names two keys of `\(read.table.value)`",
                    found: columns.joined(separator: ", "), expected: other.joined(separator: ", "))
            }
            known[table] = columns
        }
    }

    /// Whether a warning draws on everything else being right, so that beside errors it would only be noise.
    private static func concludesFromTheWhole(_ diagnostic: PlanDiagnostic) -> Bool {
        let codes: [PlanMistake] = [.noWayBack, .lossyBack, .unusedAlias, .unusedCodeTable, .unownedFact]
        return codes.contains { $0.rawValue == diagnostic.code }
    }

    private static func context(
        _ text: ContextText, _ declarations: PlanDeclarations, _ catalogs: [String: Catalog],
        _ report: Report,
        _ owners: inout TableOwners
    ) -> CheckedContext? {
        let names = declarations.systems.map(\.name.value)
        func catalog(_ system: Located<String>) -> Catalog? {
            guard names.contains(system.value) else {
                report.unknown(
                    .unknownSystem, at: system.location, path: system.path,
                    "there is no system `\(system.value)`",
                    name: system.value, among: names, of: "a system")
                return nil
            }
            guard let catalog = catalogs[system.value] else {
                report.error(
                    .missingCatalog, at: system.location, path: system.path,
                    "the catalog of `\(system.value)` could not be read", found: system.value,
                    expected: "a database that can be reached")
                return nil
            }
            return catalog
        }
        let legacy = catalog(text.from)
        let service = catalog(text.into)
        if text.from.value == text.into.value {
            report.error(
                .sameSystem, at: text.into.location, path: text.into.path,
                "a context moves from one system into another",
                found: text.into.value, expected: "a system other than `\(text.from.value)`")
        }
        guard let legacy, let service else { return nil }
        var checker = ContextChecker(
            text: text, legacy: legacy, service: service, keys: declarations.keys,
            keysCanBeNamed: declarations.isServer(text.from.value), report: report)
        return checker.check(&owners)
    }
}
