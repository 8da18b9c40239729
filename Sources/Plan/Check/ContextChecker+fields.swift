import CEL
import Model

extension ContextChecker {
    /// One mapped column; nil when it was refused.
    ///
    /// `places` remembers where each column was mapped.
    func field(
        _ text: FieldText, _ fact: String, _ rules: FieldRules, _ checker: ExpressionChecker,
        _ places: inout [Int: SourceLocation]
    ) -> CheckedField? {
        let expression = checker.compile(text.expression)
        guard let column = column(text.column, of: rules.table) else { return nil }
        let schema = rules.table.columns[column]
        if let first = places[column] {
            report.error(
                .duplicateField, at: text.column.location, path: text.column.path,
                "`\(text.column.value)` is mapped twice, so two facts would own it", found: text.column.value,
                expected: "each column in one fact", hint: "the first is at \(first)")
            return nil
        }
        places[column] = text.column.location
        if column == rules.surrogate {
            report.error(
                .surrogateMapped, at: text.column.location, path: text.column.path,
                "`\(text.column.value)` holds the surrogate id, which is computed from the natural key",
                found: text.column.value, expected: "no field of that name",
                hint: "remove the field, or take `surrogate` out of `identity`")
            return nil
        }
        if schema.isGenerated {
            report.error(
                .generatedColumn, at: text.column.location, path: text.column.path,
                "the database computes `\(rules.table.name).\(schema.name)` itself", found: schema.name,
                expected: "a column that can be written")
            return nil
        }
        guard let expression, rules.admit(expression, text.expression, to: schema) else { return nil }
        checkCodeUses(expression, text.expression)
        return CheckedField(
            column: column, fact: fact, expression: expression, because: text.expression.because)
    }

    /// Looks at what is translated by each code table: its kind, its length, its NULLs.
    func checkCodeUses(_ expression: CompiledExpression, _ text: ExpressionText) {
        for use in CodeUse.all(in: expression.checked.expression) where !use.isInverse {
            guard let table = self.text.codes.first(where: { $0.name.value == use.table }),
                let argument = use.argument
            else { continue }
            let type = expression.checked.type(of: argument)
            if type.isNullable, type != .dyn, table.otherwise == .quarantine,
                !table.entries.contains(where: { $0.code == nil })
            {
                report.warning(
                    .codeNullUnmapped, at: text.location(of: argument.position), path: text.path,
                    "this may be NULL, and `\(use.table)` does not say what NULL means: such "
                        + "rows are quarantined",
                    found: TypeWords.describe(type),
                    hint: "add `NULL: { is: …, because: … }` to `\(use.table)`")
            }
            warnOfEntriesThatNeverMatch(table, argument, expression)
        }
    }

    private func warnOfEntriesThatNeverMatch(
        _ table: CodeTableText, _ argument: Expression, _ expression: CompiledExpression
    ) {
        guard case .field(let index, let slot?) = expression.checked.reference(of: argument),
            slots.indices.contains(slot), let source = slots[slot].table,
            source.columns.indices.contains(index)
        else { return }
        let column = source.columns[index]
        for entry in table.entries {
            guard let code = entry.code else {
                if !column.isNullable, !source.isShared(table, by: slots) {
                    never(entry, "`\(source.name).\(column.name)` is NOT NULL", "NULL")
                }
                continue
            }
            if let limit = column.textLimit, code.unicodeScalars.count > limit {
                never(entry, "`\(source.name).\(column.name)` is \(column.declaredType)", code)
            } else if column.kind == .int64, Int64(code) == nil {
                never(entry, "`\(source.name).\(column.name)` holds integers", code)
            } else if column.kind == .bool, code != "true", code != "false" {
                never(entry, "`\(source.name).\(column.name)` is a truth value", code)
            }
        }
    }

    private func never(_ entry: CodeTableText.Entry, _ reason: String, _ found: String) {
        report.warning(
            .codeNeverMatches, at: entry.location, path: entry.path, "this entry never matches: \(reason)",
            found: found)
    }

    /// One part; nil when the alias or table is wrong.
    mutating func part(
        _ text: PartText, of parentTable: TableSchema, _ root: Int, _ owners: inout TableOwners
    ) -> CheckedPart? {
        let of = manyAlias(text, root)
        guard let table = table(text.table, of: self.text.into.value, in: service), let of else { return nil }
        claim(text.table, "part `\(text.name.value)`", &owners)
        let checker = mapping(root: root, part: of)
        let when = text.when.flatMap { checker.compile($0, .condition) }
        let parent = parentColumns(text, table, parentTable)
        var places: [Int: SourceLocation] = [:]
        let rules = FieldRules(
            table: table, surrogate: nil, natural: [], sources: slots.map(\.table), report: report)
        let fields = text.fields.compactMap { field -> CheckedField? in
            if let column = table.index(of: field.column.value), parent.contains(column) {
                report.error(
                    .duplicateField, at: field.column.location, path: field.column.path,
                    "`\(field.column.value)` holds the aggregate's key, which is written by itself",
                    found: field.column.value, expected: "no field of that name")
                return nil
            }
            return self.field(field, text.name.value, rules, checker, &places)
        }
        let key = text.key.compactMap { column($0, of: table) }
        requirePartKey(text, table, parent, key, Set(places.keys))
        requireColumns(of: table, mapped: Set(places.keys).union(parent), text.name)
        note(when)
        usedAliases.insert(of)
        for expression in fields.map(\.expression) { note(expression) }
        return CheckedPart(
            name: text.name.value, of: of, table: table, parent: parent, key: key, when: when,
            fields: fields.sorted { $0.column < $1.column }, location: text.name.location)
    }

    private func manyAlias(_ text: PartText, _ root: Int) -> Int? {
        guard let of = slots.firstIndex(where: { $0.name == text.of.value }) else {
            report.unknown(
                .unknownAlias, at: text.of.location, path: text.of.path,
                "there is no alias `\(text.of.value)`",
                name: text.of.value, among: slots.filter { $0.cardinality == .many }.map(\.name),
                of: "a `many` alias")
            return nil
        }
        guard case .rows = slots.scopes(root: root)[of] else {
            guard !slots[of].isBroken else { return nil }
            let isMany = slots[of].cardinality == .many
            report.error(
                .partNotMany, at: text.of.location, path: text.of.path,
                isMany
                    ? "the rows of `\(text.of.value)` do not belong to a single row of the aggregate"
                    : "`\(text.of.value)` is a single row; parts are made of the rows of a `many` alias",
                found: isMany ? text.of.value : slots[of].cardinality.rawValue,
                expected: "a `many` alias that joins to the root or to a single row")
            return nil
        }
        return of
    }

    private func parentColumns(_ text: PartText, _ table: TableSchema, _ parentTable: TableSchema) -> [Int] {
        let parent = text.parent.compactMap { column($0, of: table) }
        guard parent.count == text.parent.count, let place = text.parent.first else { return parent }
        guard parent.count == parentTable.key.count else {
            report.error(
                .parentMismatch, at: place.location, path: place.path,
                "the key of `\(parentTable.name)` has \(parentTable.key.count) column(s), "
                    + "`parent` names \(parent.count)",
                found: text.parent.map(\.value).joined(separator: ", "),
                expected: "a column for each of \(parentTable.keyNames)")
            return parent
        }
        for (name, (own, other)) in zip(text.parent, zip(parent, parentTable.key)) {
            let (own, other) = (table.columns[own], parentTable.columns[other])
            guard !own.kind.isComparable(to: other.kind) else { continue }
            report.error(
                .parentMismatch, at: name.location, path: name.path,
                "`\(name.value)` cannot hold `\(parentTable.name).\(other.name)`", found: own.words,
                expected: other.words)
        }
        return parent
    }

    private func requirePartKey(
        _ text: PartText, _ table: TableSchema, _ parent: [Int], _ key: [Int], _ mapped: Set<Int>
    ) {
        for column in table.key where !parent.contains(column) && !mapped.contains(column) {
            report.error(
                .unmappedKey, at: text.table.location, path: text.table.path,
                "`\(table.columns[column].name)` is part of the key of `\(table.name)`, and "
                    + "nothing is mapped to it",
                found: text.name.value, expected: "a value for each of \(table.keyNames)",
                hint: "add `\(table.columns[column].name): …` to `fields`")
        }
        guard key.count == text.key.count, let place = text.key.first else { return }
        for (name, column) in zip(text.key, key) where !mapped.contains(column) && !parent.contains(column) {
            report.error(
                .unmappedKey, at: name.location, path: name.path,
                "`\(name.value)` tells parts apart, and nothing is mapped to it",
                found: name.value, expected: "a mapped column")
        }
        let isKey = ([table.key] + table.uniqueKeys).contains { Set($0).isSubset(of: Set(parent + key)) }
        if !isKey {
            report.error(
                .parentMismatch, at: place.location, path: place.path,
                "`parent` and `key` together do not hold a unique key of `\(table.name)`",
                found: (parent + key).map { table.columns[$0].name }.joined(separator: ", "),
                expected: table.keyNames)
        }
    }
}

extension TableSchema {
    /// Whether another alias than those of this table may be translated by the code table too.
    fileprivate func isShared(_ table: CodeTableText, by slots: [AliasSlot]) -> Bool {
        slots.contains { $0.table.map { $0.name != name } ?? true }
    }
}
