extension DeclarationReader {
    private static let aggregateKeys = ["root", "when", "identity", "table", "facts", "parts", "back"]

    /// The aggregates of a context.
    func aggregates(_ node: PlanNode) -> [AggregateText] {
        (node.entries(of: "`aggregates`", report) ?? []).compactMap { entry in
            checkName(entry)
            return aggregate(entry)
        }
    }

    private func aggregate(_ entry: PlanNode.Entry) -> AggregateText? {
        guard let section = Section(entry.value, keys: Self.aggregateKeys, of: "an aggregate", report: report)
        else {
            return nil
        }
        let root = section.required("root", "the alias it grows from").flatMap {
            $0.located("an alias", report)
        }
        let table = section.required("table", "the service's table").flatMap {
            $0.located("a table's name", report)
        }
        let identity = section.required("identity", "{ natural: […], surrogate: … }").flatMap(self.identity)
        let facts = section.required("facts", "the fields, grouped by fact").map(self.facts) ?? []
        let parts = section["parts"].map(self.parts) ?? []
        let back = section["back"].map(self.back) ?? []
        let when = section["when"].flatMap { expression($0) }
        guard let root, let table, let identity else { return nil }
        return AggregateText(
            name: Located(entry.key, location: entry.keyLocation, path: entry.value.path), root: root,
            when: when,
            natural: identity.natural, surrogate: identity.surrogate, table: table, facts: facts,
            parts: parts,
            back: back)
    }

    private func identity(_ node: PlanNode) -> (natural: [ExpressionText], surrogate: Located<String>?)? {
        guard let section = Section(node, keys: ["natural", "surrogate"], of: "`identity`", report: report),
            let natural = section.required("natural", "the expressions of the natural key")
        else { return nil }
        let surrogate = section["surrogate"].flatMap { $0.located("a column's name", report) }
        let expressions: [ExpressionText] =
            switch natural.content {
            case .list(let items): items.compactMap { expression($0) }
            default: [expression(natural)].compactMap(\.self)
            }
        if case .list(let items) = natural.content, items.isEmpty {
            report.error(
                .missingKey, at: natural.location, path: natural.path, "the natural key is empty",
                expected: "at least one expression, such as [v.policy_no, v.version_no]")
        }
        return (expressions, surrogate)
    }

    private func facts(_ node: PlanNode) -> [FactText] {
        (node.entries(of: "`facts`", report) ?? []).map { entry in
            checkName(entry)
            let name = Located(entry.key, location: entry.keyLocation, path: entry.value.path)
            return FactText(name: name, fields: fields(entry.value, of: "a fact"))
        }
    }

    private func fields(_ node: PlanNode, of what: String) -> [FieldText] {
        (node.entries(of: what, report) ?? []).compactMap { entry in
            explained(entry.value).map {
                FieldText(
                    column: Located(entry.key, location: entry.keyLocation, path: entry.value.path),
                    expression: $0)
            }
        }
    }

    private func parts(_ node: PlanNode) -> [PartText] {
        (node.entries(of: "`parts`", report) ?? []).compactMap { entry in
            checkName(entry)
            let keys = ["of", "table", "parent", "key", "when", "fields"]
            guard let section = Section(entry.value, keys: keys, of: "a part", report: report) else {
                return nil
            }
            let of = section.required("of", "a `many` alias").flatMap { $0.located("an alias", report) }
            let table = section.required("table", "the service's table").flatMap {
                $0.located("a table's name", report)
            }
            let parent = section.required("parent", "the columns with the aggregate's key").flatMap {
                $0.texts("a column, or a list of columns", report)
            }
            let key = section.required("key", "the columns that tell parts apart").flatMap {
                $0.texts("a column, or a list of columns", report)
            }
            let when = section["when"].flatMap { expression($0) }
            let fields = section.required("fields", "the columns of the part").map {
                self.fields($0, of: "`fields`")
            }
            guard let of, let table, let parent, let key, let fields else { return nil }
            return PartText(
                name: Located(entry.key, location: entry.keyLocation, path: entry.value.path), of: of,
                table: table,
                parent: parent, key: key, when: when, fields: fields)
        }
    }

    private func back(_ node: PlanNode) -> [BackText] {
        (node.entries(of: "`back`", report) ?? []).compactMap { entry in
            explained(entry.value).map {
                BackText(
                    target: Located(entry.key, location: entry.keyLocation, path: entry.value.path),
                    expression: $0)
            }
        }
    }
}
