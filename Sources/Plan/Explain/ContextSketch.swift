import Model

/// One context of a first plan.
struct ContextSketch {
    let cluster: TableCluster
    let sample: InitialPlan.Sampler

    private typealias Page = InitialPlan.Page

    /// The most distinct values that look like a code.
    private static let codeLimit = 24

    func write(to page: inout InitialPlan.Page) {
        let name = cluster.rootAlias
        page.line("  \(name):", guess: "one context for each group of tables that foreign keys connect")
        page.line("    # question: who owns this context, and who may approve a switch?")
        page.line("    owner: nobody-yet")
        page.line("    approvers: []")
        page.line("    from: legacy")
        page.line("    into: service")
        page.line("")
        writeReads(to: &page)
        let codes = codeTables()
        writeCodes(codes, to: &page)
        writeAggregate(codes, to: &page)
        page.line(
            "    # question: which domain events follow from a change, and is it safe to send them again?")
        page.line("    events: {}")
        page.line(
            "    # question: which part can move first? Choose a small set with a rule both "
                + "systems can evaluate."
        )
        page.line("    slices: {}")
        writeReconcile(to: &page)
        page.line("    gates:")
        page.line("      shift: [\"lag.seconds < 5\", \"quarantine.open == 0\", \"reverse.proven\"]")
        page.line("    rollback: { keep_for: 30d }")
        page.line("")
    }

    private func writeReads(to page: inout Page) {
        page.line("    reads:")
        page.line(
            "      \(cluster.rootAlias): { table: \(InitialPlan.scalar(cluster.root.name)), root: true }",
            guess: cluster.members.isEmpty
                ? "a table by itself" : "the table in the middle of its foreign keys")
        for member in cluster.members {
            let word = member.isMany ? "many" : member.isOptional ? "optional" : "one"
            let join = member.pairs.map { pair in
                "\(select(member.alias, pair.own)) == \(select(member.joinsTo, pair.other))"
            }.joined(separator: " && ")
            page.line(
                "      \(member.alias): { table: \(InitialPlan.scalar(member.table.name)), "
                    + "\(word): \(quoted(join)) }",
                guess: "from a foreign key")
        }
        page.line("")
    }

    // MARK: codes

    private struct Codes {
        var name: String
        var column: String
        var values: [String?]?
    }

    private func codeTables() -> [Codes] {
        cluster.root.columns.enumerated().compactMap { index, column in
            guard !cluster.root.key.contains(index), looksLikeCode(column) else { return nil }
            let values = sample(cluster.root.name, column.name)
            if let values, values.count > Self.codeLimit || values.isEmpty { return nil }
            let name = planName(column.name)
            return Codes(name: name, column: column.name, values: values)
        }
    }

    private func looksLikeCode(_ column: ColumnSchema) -> Bool {
        guard column.kind == .text, column.name.isNameable else { return false }
        let name = column.name.lowercased()
        let isShort = column.textLimit.map { $0 <= 6 } ?? false
        let endings = [
            "_cd", "_code", "code", "_flag", "flag", "_type", "_kind", "_status", "status", "_ind", "state",
        ]
        let isNamed = endings.contains { name.hasSuffix($0) }
        let isDate = ["_dt", "_date", "_at", "_no", "_id"].contains { name.hasSuffix($0) }
        return !isDate && (isNamed || isShort)
    }

    private func writeCodes(_ codes: [Codes], to page: inout Page) {
        guard !codes.isEmpty else { return }
        page.line("    # question: what do the old values mean? Each keeps its own name until somebody says.")
        page.line("    codes:")
        for table in codes {
            page.line("      \(table.name):", guess: "\(InitialPlan.comment(table.column)) looks like a code")
            if let values = table.values {
                for value in values.compactMap(\.self).sorted() {
                    page.line("        \(key(value)): \(InitialPlan.scalar(value.isEmpty ? "empty" : value))")
                }
                if values.contains(where: { $0 == nil }) {
                    page.line(
                        "        NULL: { is: unspecified, because: \"question: what does NULL mean here?\" }")
                }
                page.line("        otherwise: quarantine")
            } else {
                page.line("        otherwise: keep")
            }
        }
        page.line("")
    }

    // MARK: the aggregate

    private func writeAggregate(_ codes: [Codes], to page: inout Page) {
        let root = cluster.root
        page.line("    aggregates:")
        page.line("      \(cluster.rootAlias):", guess: "named after its table; give it the service's word")
        page.line("        root: \(cluster.rootAlias)")
        page.line("        # question: is every row such a thing? If not, say which: when: \"…\"")
        let business = root.uniqueKeys.first { key in
            key != root.key
                && key.allSatisfy { root.columns[$0].name.isNameable && root.columns[$0].kind != .double }
        }
        let natural = (business ?? root.key).map { select(cluster.rootAlias, root.columns[$0].name) }
        page.line(
            "        identity: { natural: [\(natural.map(quoted).joined(separator: ", "))] }",
            guess: business == nil
                ? "the primary key; a business key is better" : "a unique key beside the primary key")
        page.line(
            "        table: \(InitialPlan.scalar(root.name))",
            guess: "a table of the same name in the service's store")
        page.line("        facts:")
        page.line("          all_of_it:", guess: "group the fields that always have one writer")
        for (index, column) in root.columns.enumerated() where !column.isGenerated {
            guard column.name.isNameable else {
                page.line(
                    "            # question: expressions cannot name the column "
                        + "\(InitialPlan.comment(column.name)); rename it"
                )
                continue
            }
            let source = select(cluster.rootAlias, column.name)
            let code = codes.first { $0.column == column.name }
            let expression = code.map { "code('\($0.name)', \(source))" } ?? amount(column, source)
            page.line(
                "            \(key(column.name)): \(quoted(expression))",
                guess: note(column, index, isCode: code != nil))
        }
        for member in cluster.members {
            let names = member.table.columns.prefix(6).map(\.name).joined(separator: ", ")
            page.line(
                "        # question: what of \(member.alias) belongs to it? It has "
                    + "\(InitialPlan.comment(names))"
                    + (member.table.columns.count > 6 ? ", …" : ""))
        }
        page.line(
            "        # question: what must legacy still know once the service writes? Without "
                + "`back`, nothing goes back."
        )
        page.line("")
    }

    private func looksLikeAmount(_ column: ColumnSchema) -> Bool {
        let name = column.name.lowercased()
        return [
            "amt", "amount", "price", "total", "prem", "cost", "fee", "balance", "salary", "tax", "value",
        ].contains {
            name.contains($0)
        }
    }

    private func amount(_ column: ColumnSchema, _ source: String) -> String {
        column.kind == .double && looksLikeAmount(column) ? "decimal(\(source), 2, 'half_even')" : source
    }

    private func note(_ column: ColumnSchema, _ index: Int, isCode: Bool) -> String? {
        if column.kind == .double, looksLikeAmount(column) {
            return "an amount kept as a floating-point number; which rounding?"
        }
        if isCode { return "a code" }
        let name = column.name.lowercased()
        let isMoment = ["_dt", "_date", "date", "_at", "_ts"].contains { name.hasSuffix($0) }
        if isMoment, column.kind == .text || column.kind == .int64 {
            return "looks like a date; write date(\(select(cluster.rootAlias, column.name))) if it is one"
        }
        if column.kind == .timestamp { return "a timestamp without a zone; in which zone was it written?" }
        return nil
    }

    private func writeReconcile(to page: inout Page) {
        page.line("    # question: which totals does the business check, and in its own words?")
        page.line("    reconcile: { warn: 0.0001, incident: 0.001 }")
    }

    // MARK: spelling

    /// `alias.column`, with backticks where the column is no identifier.
    private func select(_ alias: String, _ column: String) -> String {
        column.isIdentifier && !DeclarationReader.reserved.contains(column)
            ? "\(alias).\(column)" : "\(alias).`\(column.replacing(scalar: "`", with: "``"))`"
    }

    /// An expression as a YAML scalar.
    private func quoted(_ expression: String) -> String {
        let isPlain = expression.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E: true
            default: false
            }
        }
        return isPlain
            ? expression
            : "\"" + expression.replacing(scalar: "\\", with: "\\\\").replacing(scalar: "\"", with: "\\\"")
                + "\""
    }

    private func key(_ text: String) -> String {
        text.isIdentifier
            && !["null", "NULL", "true", "false", "otherwise", "y", "Y", "n", "N", "yes", "no", "on", "off"]
                .contains(text)
            ? text
            : InitialPlan.scalar(text).hasPrefix("'") || InitialPlan.scalar(text).hasPrefix("\"")
                ? InitialPlan.scalar(text) : "'\(text)'"
    }

    private func planName(_ text: String) -> String {
        let name = String(
            text.lowercased().unicodeScalars.map { scalar -> Character in
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
            })
        return name.isPlanName ? name : "c_" + name
    }
}
