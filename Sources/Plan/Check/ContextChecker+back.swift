import CEL
import Expressions
import Model

extension ContextChecker {
    /// One legacy column computed from the aggregate; nil when it was refused.
    mutating func back(
        _ text: BackText, _ table: TableSchema, _ root: Int, _ fields: [CheckedField]
    ) -> CheckedProjection? {
        let expression = columns(of: table).compile(text.expression)
        note(expression, mapping: false)
        guard let (alias, column) = legacyColumn(text, root) else { return nil }
        usedAliases.insert(alias)
        guard let source = slots[alias].table else { return nil }
        let schema = source.columns[column]
        guard !source.key.contains(column), !isJoined(alias, column) else {
            report.error(
                .backWritesKey, at: text.target.location, path: text.target.path,
                "`\(text.target.value)` tells rows apart or joins them, so it cannot be written back",
                found: text.target.value, expected: "a column that is no part of a key or join")
            return nil
        }
        guard !schema.isGenerated else {
            report.error(
                .generatedColumn, at: text.target.location, path: text.target.path,
                "the legacy database computes `\(text.target.value)` itself", found: text.target.value,
                expected: "a column that can be written")
            return nil
        }
        let rules = FieldRules(table: source, surrogate: nil, natural: [], sources: [], report: report)
        guard let expression, rules.admit(expression, text.expression, to: schema) else { return nil }
        let loss = WayBack(slots: slots, fields: fields, table: table, codes: codes.compactMap(\.table))
            .loss(of: expression, into: alias, column)
        if let loss {
            report.warning(
                .lossyBack, at: text.expression.location, path: text.expression.path,
                "the way back into `\(text.target.value)` loses information: \(loss.reason)",
                found: loss.found,
                hint: loss.hint)
        }
        return CheckedProjection(alias: alias, column: column, expression: expression, isLossy: loss != nil)
    }

    private func legacyColumn(_ text: BackText, _ root: Int) -> (alias: Int, column: Int)? {
        let parts = text.target.value.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            report.error(
                .backTarget, at: text.target.location, path: text.target.path, "this names no legacy column",
                found: text.target.value, expected: "alias.column")
            return nil
        }
        guard let alias = slots.firstIndex(where: { $0.name == parts[0] }) else {
            report.unknown(
                .unknownAlias, at: text.target.location, path: text.target.path,
                "there is no alias `\(parts[0])`",
                name: parts[0], among: slots.map(\.name), of: "an alias of `reads`")
            return nil
        }
        guard let table = slots[alias].table else { return nil }
        let place = Located(
            parts[1],
            location: SourceLocation(
                file: text.target.location.file, line: text.target.location.line,
                column: text.target.location.column + parts[0].unicodeScalars.count + 1),
            path: text.target.path)
        guard let column = column(place, of: table) else { return nil }
        guard case .row = slots.scopes(root: root)[alias] else {
            guard !slots[alias].isBroken else { return nil }
            report.error(
                .backTarget, at: text.target.location, path: text.target.path,
                "`\(parts[0])` is not a single row of this aggregate, so there is no one row to write to",
                found: text.target.value, expected: "a column of the root, or of a `one` or `optional` alias")
            return nil
        }
        return (alias, column)
    }

    private func isJoined(_ alias: Int, _ column: Int) -> Bool {
        slots.indices.contains { index in
            (index == alias && slots[index].pairs.contains { $0.column == column })
                || (slots[index].joins == alias && slots[index].pairs.contains { $0.joinedColumn == column })
        }
    }

    /// Says which fields the service can change without legacy ever hearing of it.
    func warnOfFieldsWithoutWayBack(
        _ text: AggregateText, _ projections: [CheckedProjection], _ fields: [CheckedField],
        _ table: TableSchema
    ) {
        let reached = Set(projections.flatMap { $0.expression.checked.slots })
        let natural = text.natural.map(\.text)
        let missing = fields.filter { !reached.contains($0.column) && !natural.contains($0.expression.text) }
        guard !missing.isEmpty, let first = text.back.first else { return }
        let names = missing.map { table.columns[$0.column].name }.joined(separator: ", ")
        report.warning(
            .noWayBack, at: first.target.location, path: text.name.path + ".back",
            "fields without a way back: once the service writes them, going back loses the change",
            found: names,
            hint: "add `alias.column: …` for each, or accept the boundary")
    }
}

/// Judges whether a projection gives back the legacy value that the mapping took.
struct WayBack {
    let slots: [AliasSlot]
    let fields: [CheckedField]
    let table: TableSchema
    let codes: [CodeTable]

    /// What is lost, and what to do about it.
    struct Loss {
        var reason: String
        var found: String
        var hint: String?
    }

    /// Nil when every mapped value comes back as it was.
    func loss(of expression: CompiledExpression, into alias: Int, _ column: Int) -> Loss? {
        let tree = expression.checked.expression
        if let slot = plainColumn(tree, expression), isPlain(slot, alias, column) { return nil }
        if let use = CodeUse.all(in: tree).first(where: \.isInverse), let argument = use.argument,
            isCall(tree, "uncode"), let slot = plainColumn(argument, expression)
        {
            guard isCoded(slot, by: use.table, alias, column) else {
                return Loss(
                    reason: "`\(table.columns[slot].name)` is not code('\(use.table)', …) of the same column",
                    found: expression.text, hint: "map and project with one code table")
            }
            return codes.first { $0.name == use.table }.flatMap(loss)
        }
        return Loss(
            reason: "it cannot be shown that this gives back what the mapping took", found: expression.text,
            hint: "a plain field, or uncode('…', field), can be checked")
    }

    private func loss(of codes: CodeTable) -> Loss? {
        guard !codes.isInvertible else { return nil }
        var meanings: [CodeValue: [String]] = [:]
        for entry in codes.entries { meanings[entry.new, default: []].append("\(entry.old)") }
        if case .value(let other) = codes.otherwise {
            meanings[other, default: []].append("every code that is not listed")
        }
        let shared = meanings.filter { pair in
            if case .value(pair.key) = codes.otherwise { return true }
            return pair.value.count > 1
        }
        let shown = shared.map { "`\($0.key)` stands for \($0.value.joined(separator: ", "))" }.sorted()
        let isAmbiguous = !codes.ambiguities.isEmpty
        return Loss(
            reason: shown.joined(separator: "; "), found: "uncode('\(codes.name)', …)",
            hint: isAmbiguous
                ? "such rows cannot go back until one old value of each is marked `preferred: true`"
                : "the preferred old value is written back, whatever it was before")
    }

    private func plainColumn(_ tree: Expression, _ expression: CompiledExpression) -> Int? {
        if case .variable(let slot) = expression.checked.reference(of: tree) { slot } else { nil }
    }

    private func isCall(_ tree: Expression, _ name: String) -> Bool {
        if case .call(let function, _, nil, _) = tree.kind { function == name } else { false }
    }

    private func isPlain(_ slot: Int, _ alias: Int, _ column: Int) -> Bool {
        guard let field = fields.first(where: { $0.column == slot }) else { return false }
        return isColumn(field.expression.checked.expression, field.expression, alias, column)
    }

    private func isCoded(_ slot: Int, by codes: String, _ alias: Int, _ column: Int) -> Bool {
        guard let field = fields.first(where: { $0.column == slot }) else { return false }
        let tree = field.expression.checked.expression
        guard isCall(tree, "code"), let use = CodeUse.all(in: tree).first, use.table == codes,
            let argument = use.argument
        else { return false }
        return isColumn(argument, field.expression, alias, column)
    }

    private func isColumn(_ tree: Expression, _ expression: CompiledExpression, _ alias: Int, _ column: Int)
        -> Bool
    {
        if case .field(column, slot: alias) = expression.checked.reference(of: tree) { true } else { false }
    }
}
