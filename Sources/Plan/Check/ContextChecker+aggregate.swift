import CEL
import Model

extension ContextChecker {
    /// One aggregate; nil when the table or the root is unknown.
    mutating func aggregate(_ text: AggregateText, _ owners: inout TableOwners) -> CheckedAggregate? {
        let root = rootAlias(text)
        guard let table = table(text.table, of: self.text.into.value, in: service), let root else {
            return nil
        }
        claim(text.table, "aggregate `\(text.name.value)`", &owners)
        let checker = mapping(root: root)
        let when = text.when.flatMap { checker.compile($0, .condition) }
        let natural = text.natural.compactMap { naturalKey($0, checker) }
        let surrogate = surrogate(text, table)
        var fields: [CheckedField] = []
        var places: [Int: SourceLocation] = [:]
        let rules = FieldRules(
            table: table, surrogate: surrogate, natural: text.natural, sources: slots.map(\.table),
            report: report)
        for fact in text.facts {
            for field in fact.fields {
                if let checked = self.field(field, fact.name.value, rules, checker, &places) {
                    fields.append(checked)
                }
            }
        }
        requireColumns(of: table, mapped: Set(places.keys).union([surrogate].compactMap(\.self)), text.name)
        requireKey(text, table, surrogate, Set(places.keys))
        let parts = text.parts.compactMap { part($0, of: table, root, &owners) }
        let projections = text.back.compactMap { back($0, table, root, fields) }
        if !text.back.isEmpty { warnOfFieldsWithoutWayBack(text, projections, fields, table) }
        note(when)
        for expression in natural { note(expression) }
        for expression in fields.map(\.expression) { note(expression) }
        let uses = uses(
            root, [when].compactMap(\.self) + natural + fields.map(\.expression), parts, projections)
        return CheckedAggregate(
            name: text.name.value, root: root, uses: uses, when: when, natural: natural, surrogate: surrogate,
            table: table,
            fields: fields.sorted { $0.column < $1.column }, parts: parts, back: projections,
            location: text.name.location)
    }

    private func rootAlias(_ text: AggregateText) -> Int? {
        guard let root = slots.firstIndex(where: { $0.name == text.root.value }) else {
            report.unknown(
                .unknownAlias, at: text.root.location, path: text.root.path,
                "there is no alias `\(text.root.value)`",
                name: text.root.value, among: slots.map(\.name), of: "an alias of `reads`")
            return nil
        }
        guard slots[root].cardinality == .root else {
            report.error(
                .missingRoot, at: text.root.location, path: text.root.path,
                "`\(text.root.value)` joins to another alias, so nothing can grow from it",
                found: text.root.value,
                expected: "an alias with root: true")
            return nil
        }
        return root
    }

    func claim(_ table: Located<String>, _ owner: String, _ owners: inout TableOwners) {
        guard
            let other = owners.claim(
                table.value, of: text.into.value, for: "\(owner) of `\(text.name.value)`")
        else {
            return
        }
        report.error(
            .tableWrittenTwice, at: table.location, path: table.path,
            "the table is written by \(other) already",
            found: table.value, expected: "one writer for each table",
            hint: "put both into one aggregate, or give each a table of its own")
    }

    private func naturalKey(_ text: ExpressionText, _ checker: ExpressionChecker) -> CompiledExpression? {
        guard let expression = checker.compile(text) else { return nil }
        switch expression.checked.type.unwrapped {
        case .list, .map, .record, .null, .double:
            report.error(
                .typeMismatch, at: text.location, path: text.path, "this cannot be part of a key",
                found: TypeWords.describe(expression.checked.type),
                expected: "text, an integer, a date or another exact value")
            return nil
        default: return expression
        }
    }

    private func surrogate(_ text: AggregateText, _ table: TableSchema) -> Int? {
        guard let name = text.surrogate else { return nil }
        guard let column = column(name, of: table) else { return nil }
        let schema = table.columns[column]
        guard [.text, .uuid, .int64].contains(schema.kind) || schema.kind.isUntyped else {
            report.error(
                .surrogateKind, at: name.location, path: name.path, "this column cannot hold a surrogate id",
                found: schema.kind.word, expected: "text, uuid or integer")
            return nil
        }
        if !table.key.contains(column) {
            report.error(
                .surrogateNotKey, at: name.location, path: name.path,
                "the surrogate is not part of the key of `\(table.name)`", found: name.value,
                expected: "a column of the key (\(table.keyNames))")
        }
        return column
    }

    /// The column of a table by name; the nearest name when there is none.
    func column(_ name: Located<String>, of table: TableSchema) -> Int? {
        if let column = table.index(of: name.value) { return column }
        report.unknown(
            .unknownColumn, at: name.location, path: name.path,
            "`\(table.name)` has no column `\(name.value)`",
            name: name.value, among: table.columns.map(\.name), of: "a column")
        return nil
    }

    // MARK: completeness

    /// Reports columns that need a value and get none.
    func requireColumns(of table: TableSchema, mapped: Set<Int>, _ owner: Located<String>) {
        for (index, column) in table.columns.enumerated()
        where !mapped.contains(index) && !table.key.contains(index) {
            guard !column.isNullable, !column.isGenerated, !column.hasDefault else { continue }
            report.error(
                .unmappedColumn, at: owner.location, path: owner.path,
                "`\(table.name).\(column.name)` is NOT NULL, has no default, and nothing is mapped to it",
                expected: "a field `\(column.name)`",
                hint: "add `\(column.name): …` to a fact")
        }
    }

    private func requireKey(
        _ text: AggregateText, _ table: TableSchema, _ surrogate: Int?, _ mapped: Set<Int>
    ) {
        let identity = text.surrogate.map { ($0.location, $0.path) } ?? (text.table.location, text.table.path)
        for column in table.key where column != surrogate && !mapped.contains(column) {
            let name = table.columns[column].name
            report.error(
                .unmappedKey, at: identity.0, path: identity.1,
                "`\(name)` is part of the key of `\(table.name)`, and nothing is mapped to it",
                found: text.name.value,
                expected: "a value for each of \(table.keyNames)",
                hint: "map `\(name)` as a field, or write `surrogate: \(name)` in `identity`")
        }
    }

    // MARK: what it needs

    /// The aliases that expressions need, each after the one it joins to, the root first.
    private func uses(
        _ root: Int, _ expressions: [CompiledExpression], _ parts: [CheckedPart], _ back: [CheckedProjection]
    ) -> [Int] {
        var needed: Set<Int> = [root]
        for expression in expressions { needed.formUnion(expression.checked.slots) }
        for part in parts {
            needed.insert(part.of)
            for expression in [part.when].compactMap(\.self) + part.fields.map(\.expression) {
                needed.formUnion(expression.checked.slots)
            }
        }
        needed.formUnion(back.map(\.alias))
        return ordered(needed)
    }

    /// The aliases with all that they join to, parents first.
    func ordered(_ aliases: Set<Int>) -> [Int] {
        var order: [Int] = []
        for alias in aliases.sorted(by: { (slots.chain(to: $0).count, $0) < (slots.chain(to: $1).count, $1) })
        {
            for step in slots.chain(to: alias) where !order.contains(step) { order.append(step) }
        }
        return order
    }

    /// The aggregates with the aliases that their slices look at.
    func withSlices(_ aggregates: [CheckedAggregate], _ slices: [CheckedSlice]) -> [CheckedAggregate] {
        aggregates.enumerated().map { index, aggregate in
            var aggregate = aggregate
            var needed = Set(aggregate.uses)
            for slice in slices where slice.aggregate == index {
                needed.formUnion(slice.legacy.checked.slots)
            }
            if needed.count > aggregate.uses.count { aggregate.uses = ordered(needed) }
            return aggregate
        }
    }
}

extension TableSchema {
    /// The names of the key's columns.
    var keyNames: String { key.map { columns[$0].name }.joined(separator: ", ") }
}
