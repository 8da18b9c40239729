extension DeclarationReader {
    /// The events of a context.
    func events(_ node: PlanNode) -> [EventText] {
        (node.entries(of: "`events`", report) ?? []).compactMap { entry in
            checkName(entry)
            guard
                let section = Section(
                    entry.value, keys: ["of", "when", "replay"], of: "an event", report: report)
            else { return nil }
            let of = section.required("of", "an aggregate").flatMap {
                $0.located("an aggregate's name", report)
            }
            let when = section.required("when", "a condition over before and after").flatMap {
                expression($0)
            }
            let replay = section.required("replay", "safe, idempotent or toxic").flatMap(self.replay)
            guard let of, let when, let replay else { return nil }
            return EventText(
                name: Located(entry.key, location: entry.keyLocation, path: entry.value.path), of: of,
                when: when,
                replay: replay)
        }
    }

    private func replay(_ node: PlanNode) -> ReplaySafety? {
        guard let text = node.text("safe, idempotent or toxic", report) else { return nil }
        if let safety = ReplaySafety(rawValue: text) { return safety }
        report.unknown(
            .wrongValue, at: node.location, path: node.path, "`replay` says what may happen on replay",
            name: text,
            among: ReplaySafety.allCases.map(\.rawValue), of: "one of")
        return nil
    }

    /// The slices of a context.
    func slices(_ node: PlanNode) -> [SliceText] {
        (node.entries(of: "`slices`", report) ?? []).compactMap { entry in
            checkName(entry)
            guard
                let section = Section(
                    entry.value, keys: ["of", "legacy", "service"], of: "a slice", report: report)
            else { return nil }
            let of = section["of"].flatMap { $0.located("an aggregate's name", report) }
            let legacy = section.required("legacy", "a predicate over legacy rows").flatMap { expression($0) }
            let service = section.required("service", "a predicate over the service's columns").flatMap {
                expression($0)
            }
            guard let legacy, let service else { return nil }
            return SliceText(
                name: Located(entry.key, location: entry.keyLocation, path: entry.value.path), of: of,
                legacy: legacy,
                service: service)
        }
    }

    /// The reconciliation of a context.
    func reconcile(_ node: PlanNode) -> ReconcileText {
        let keys = ["fields", "totals", "warn", "incident"]
        guard let section = Section(node, keys: keys, of: "`reconcile`", report: report) else {
            return ReconcileText()
        }
        return ReconcileText(
            fields: section["fields"].map(comparisons) ?? [], totals: section["totals"].map(totals) ?? [],
            warn: section["warn"].flatMap { $0.share(report) },
            incident: section["incident"].flatMap { $0.share(report) })
    }

    private func comparisons(_ node: PlanNode) -> [ReconcileText.Field] {
        (node.entries(of: "`fields`", report) ?? []).compactMap { entry in
            let keys = ["tolerance", "material", "owner"]
            guard
                let section = Section(
                    entry.value, keys: keys, of: "the comparison of a field", report: report)
            else {
                return nil
            }
            return ReconcileText.Field(
                column: Located(entry.key, location: entry.keyLocation, path: entry.value.path),
                tolerance: section["tolerance"].flatMap(self.tolerance),
                isMaterial: section["material"].flatMap { $0.flag(report) } ?? false,
                owner: section["owner"].flatMap { $0.text("a name", report) })
        }
    }

    private func tolerance(_ node: PlanNode) -> Located<String>? {
        guard let text = node.located("a number or a length of time", report) else { return nil }
        if text.value.isDecimalNumber, !text.value.hasPrefix("-") { return text }
        if Duration(planText: text.value) != nil { return text }
        report.error(
            .wrongValue, at: node.location, path: node.path,
            "the tolerance is neither a number nor a length of time",
            found: text.value, expected: "a number such as 0.01, or a length of time such as 0d")
        return nil
    }

    private func totals(_ node: PlanNode) -> [ReconcileText.Total] {
        (node.entries(of: "`totals`", report) ?? []).compactMap { entry in
            let keys = ["legacy", "service", "tolerance"]
            guard let section = Section(entry.value, keys: keys, of: "a total", report: report) else {
                return nil
            }
            let legacy = section.required("legacy", "a query on the legacy system").flatMap {
                $0.located("a query", report)
            }
            let service = section.required("service", "a query on the service's system").flatMap {
                $0.located("a query", report)
            }
            guard let legacy, let service else { return nil }
            return ReconcileText.Total(
                name: Located(entry.key, location: entry.keyLocation, path: entry.value.path), legacy: legacy,
                service: service, tolerance: section["tolerance"].flatMap(self.tolerance))
        }
    }

    /// The gates of a context.
    func gates(_ node: PlanNode) -> [GateText] {
        (node.entries(of: "`gates`", report) ?? []).map { entry in
            let conditions: [ExpressionText] =
                switch entry.value.content {
                case .list(let items): items.compactMap { expression($0) }
                default: [expression(entry.value)].compactMap(\.self)
                }
            return GateText(
                phase: Located(entry.key, location: entry.keyLocation, path: entry.value.path),
                conditions: conditions)
        }
    }
}
