extension DeclarationReader {
    private static let contextKeys = [
        "owner", "approvers", "from", "into", "reads", "codes", "aggregates", "events", "slices", "reconcile",
        "gates",
        "rollback",
    ]

    /// One context.
    func context(_ entry: PlanNode.Entry) -> ContextText? {
        guard let section = Section(entry.value, keys: Self.contextKeys, of: "a context", report: report)
        else {
            return nil
        }
        let from = section.required("from", "the legacy system's name").flatMap {
            $0.located("a system's name", report)
        }
        let into = section.required("into", "the service system's name").flatMap {
            $0.located("a system's name", report)
        }
        let reads = section.required("reads", "the rows that make up an aggregate").map(self.reads) ?? []
        let codes = section["codes"].map(self.codes) ?? []
        let aggregates = section.required("aggregates", "what the rows become").map(self.aggregates) ?? []
        let events = section["events"].map(self.events) ?? []
        let slices = section["slices"].map(self.slices) ?? []
        let reconcile = section["reconcile"].map(self.reconcile) ?? ReconcileText()
        let gates = section["gates"].map(self.gates) ?? []
        let owner = section["owner"].flatMap { $0.text("a name", report) }
        let approvers = (section["approvers"].flatMap { $0.texts("a list of names", report) } ?? []).map(
            \.value)
        let keepFor = section["rollback"].flatMap { node in
            Section(node, keys: ["keep_for"], of: "`rollback`", report: report)?["keep_for"]?.duration(report)
        }
        guard let from, let into else { return nil }
        return ContextText(
            name: Located(entry.key, location: entry.keyLocation, path: entry.value.path), owner: owner,
            approvers: approvers, from: from, into: into, reads: reads, codes: codes, aggregates: aggregates,
            events: events, slices: slices, reconcile: reconcile, gates: gates, keepFor: keepFor)
    }

    private func reads(_ node: PlanNode) -> [ReadText] {
        (node.entries(of: "`reads`", report) ?? []).compactMap { entry in
            checkAlias(entry)
            let keys = ["table", "key", "root", "one", "optional", "many"]
            guard let section = Section(entry.value, keys: keys, of: "an entry of `reads`", report: report),
                let table = section.required("table", "a legacy table").flatMap({
                    $0.located("a table's name", report)
                })
            else { return nil }
            let key = section["key"].flatMap { $0.texts("columns that tell the rows apart", report) }
            let named = ["root", "one", "optional", "many"].filter { section[$0] != nil }
            guard named.count == 1, let word = named.first, let value = section[word],
                let cardinality = ReadBinding.Cardinality(rawValue: word)
            else {
                report.error(
                    named.isEmpty ? .missingKey : .conflictingKeys, at: entry.keyLocation,
                    path: entry.value.path,
                    named.isEmpty
                        ? "`\(entry.key)` does not say how its rows belong to the others"
                        : "`\(entry.key)` says in \(named.count) ways how its rows belong to the others",
                    found: named.isEmpty ? nil : named.joined(separator: ", "),
                    expected: "one of: root: true, one: JOIN, optional: JOIN, many: JOIN")
                return nil
            }
            let alias = Located(entry.key, location: entry.keyLocation, path: entry.value.path)
            guard cardinality == .root else {
                return expression(value).map {
                    ReadText(alias: alias, table: table, key: key, cardinality: cardinality, join: $0)
                }
            }
            guard value.flag(report) == true else {
                if case .scalar("false", _) = value.content {
                    report.error(
                        .wrongValue, at: value.location, path: value.path, "`root: false` says nothing",
                        found: "false",
                        expected: "root: true, or one of one, optional, many with a join")
                }
                return nil
            }
            return ReadText(alias: alias, table: table, key: key, cardinality: .root, join: nil)
        }
    }

    /// Words of the expression language, and names that other expressions give a meaning to.
    static let reserved: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if",
        "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while", "before", "after",
    ]

    private func checkAlias(_ entry: PlanNode.Entry) {
        guard !entry.key.isIdentifier || Self.reserved.contains(entry.key) else { return }
        let isWord = Self.reserved.contains(entry.key)
        report.error(
            .invalidName, at: entry.keyLocation, path: entry.value.path,
            isWord
                ? "`\(entry.key)` is a word of the expression language"
                : "expressions cannot name this alias",
            found: entry.key, expected: "letters, digits and `_`, not beginning with a digit")
    }

    private func codes(_ node: PlanNode) -> [CodeTableText] {
        (node.entries(of: "`codes`", report) ?? []).compactMap { entry in
            checkName(entry)
            guard let pairs = entry.value.entries(of: "a code table", report) else { return nil }
            var table = CodeTableText(
                name: Located(entry.key, location: entry.keyLocation, path: entry.value.path), entries: [],
                otherwise: .quarantine)
            for pair in pairs {
                if pair.key == "otherwise", pair.isPlainKey {
                    table.otherwise = otherwise(pair.value) ?? .quarantine
                } else if let read = code(pair) {
                    table.entries.append(read)
                }
            }
            if table.entries.isEmpty, table.otherwise == .quarantine {
                report.error(
                    .wrongValue, at: entry.keyLocation, path: entry.value.path, "the code table has no entry",
                    expected: "OLD: new")
            }
            return table
        }
    }

    private func otherwise(_ node: PlanNode) -> CodeTableText.Otherwise? {
        guard let text = node.text("quarantine, keep or a value", report) else { return nil }
        switch text {
        case "quarantine": return .quarantine
        case "keep": return .keep
        default: return .meaning(text)
        }
    }

    private func code(_ pair: PlanNode.Entry) -> CodeTableText.Entry? {
        var value: PlanNode? = pair.value
        var because: String?
        var isPreferred = false
        if case .mapping = pair.value.content {
            let keys = ["is", "because", "preferred"]
            guard let section = Section(pair.value, keys: keys, of: "a code", report: report) else {
                return nil
            }
            value = section.required("is", "what the code means")
            because = section["because"]?.text("the reason in words", report)
            isPreferred = section["preferred"]?.flag(report) ?? false
        }
        guard let value, let meaning = value.text("a value", report) else { return nil }
        let isNull = pair.isPlainKey && (pair.key == "NULL" || pair.key == "null")
        return CodeTableText.Entry(
            code: isNull ? nil : pair.key, isPlainCode: pair.isPlainKey, meaning: meaning,
            isPlainMeaning: value.isPlain,
            isPreferred: isPreferred, because: because, location: pair.keyLocation, path: pair.value.path)
    }
}
