import CEL
import Model

/// Reads a join: a conjunction of equalities between columns of the alias and columns of one other alias.
struct JoinReader {
    let slots: [AliasSlot]
    let report: Report

    /// The alias that is joined to, and the pairs of columns; nil when the join was refused.
    func read(_ index: Int) -> (joins: Int, pairs: [ReadBinding.Pair])? {
        guard let text = slots[index].text.join else { return nil }
        let tree: Expression
        do {
            tree = try Environment().parse(text.text).expression
        } catch {
            ExpressionChecker.report(error, of: text, to: report)
            return nil
        }
        var joins: Int?
        var pairs: [ReadBinding.Pair] = []
        for equality in conjuncts(tree) {
            guard let pair = pair(equality, of: index, text) else { return nil }
            if let joins, joins != pair.joins {
                report.error(
                    .joinSeveralAliases, at: text.location(of: equality.position), path: text.path,
                    "`\(slots[index].name)` joins to `\(slots[joins].name)` and to "
                        + "`\(slots[pair.joins].name)`",
                    found: equality.description, expected: "columns of one other alias",
                    hint: "join to one alias, and compare with the other in `when`")
                return nil
            }
            joins = pair.joins
            pairs.append(pair.pair)
        }
        return joins.map { ($0, pairs) }
    }

    private func conjuncts(_ tree: Expression) -> [Expression] {
        if case .binary(.and, let left, let right) = tree.kind {
            conjuncts(left) + conjuncts(right)
        } else {
            [tree]
        }
    }

    private func pair(
        _ tree: Expression, of index: Int, _ text: ExpressionText
    ) -> (joins: Int, pair: ReadBinding.Pair)? {
        guard case .binary(.equal, let left, let right) = tree.kind else {
            refuse(tree, index, text, "is not an equality")
            return nil
        }
        guard let first = column(left, index, text), let second = column(right, index, text) else {
            return nil
        }
        guard (first.alias == index) != (second.alias == index) else {
            refuse(
                tree, index, text,
                first.alias == index
                    ? "compares two columns of `\(slots[index].name)` with each other"
                    : "does not name `\(slots[index].name)`")
            return nil
        }
        let (own, other) = first.alias == index ? (first, second) : (second, first)
        guard let ownTable = slots[index].table, let otherTable = slots[other.alias].table else { return nil }
        let (ownKind, otherKind) = (ownTable.columns[own.column].kind, otherTable.columns[other.column].kind)
        guard ownKind.isComparable(to: otherKind) else {
            report.error(
                .joinKinds, at: text.location(of: tree.position), path: text.path,
                "columns of these kinds are never equal", found: "\(ownKind.word) == \(otherKind.word)",
                expected: "two columns of one kind")
            return nil
        }
        return (other.alias, ReadBinding.Pair(column: own.column, joinedColumn: other.column))
    }

    private func column(_ tree: Expression, _ index: Int, _ text: ExpressionText) -> (
        alias: Int, column: Int
    )? {
        guard case .select(let operand, let field, false) = tree.kind,
            case .identifier(let name, _) = operand.kind
        else {
            refuse(tree, index, text, "is more than a column")
            return nil
        }
        guard let alias = slots.firstIndex(where: { $0.name == name }) else {
            report.unknown(
                .unknownAlias, at: text.location(of: operand.position), path: text.path,
                "there is no alias `\(name)`",
                name: name, among: slots.map(\.name), of: "an alias of `reads`")
            return nil
        }
        guard let table = slots[alias].table else { return nil }
        guard let column = table.index(of: field) else {
            report.unknown(
                .unknownColumn, at: text.location(of: tree.position), path: text.path,
                "the table `\(table.name)` has no column `\(field)`", name: field,
                among: table.columns.map(\.name),
                of: "a column")
            return nil
        }
        return (alias, column)
    }

    private func refuse(_ tree: Expression, _ index: Int, _ text: ExpressionText, _ reason: String) {
        report.error(
            .joinForm, at: text.location(of: tree.position), path: text.path,
            "a join is made of equal columns, but `\(tree.description)` \(reason)", found: tree.description,
            expected:
                "\(slots[index].name).COLUMN == ALIAS.COLUMN, joined by && where the key has several columns",
            hint: "conditions on single rows belong into `when`")
    }
}

extension Kind {
    /// Whether values of the two kinds can be equal.
    func isComparable(to other: Kind) -> Bool {
        let numbers: Set<Kind> = [.int64, .decimal, .double]
        let texts: Set<Kind> = [.text, .uuid]
        return self == other || (numbers.contains(self) && numbers.contains(other))
            || (texts.contains(self) && texts.contains(other)) || isUntyped || other.isUntyped
    }

    /// Whether the catalog says nothing about the values.
    var isUntyped: Bool { self == .null || self == .absent }

    /// The kind in words.
    var word: String {
        switch self {
        case .absent, .null: "anything"
        case .bool: "bool"
        case .int64: "integer"
        case .double: "floating-point number"
        case .decimal: "decimal"
        case .text: "text"
        case .bytes: "bytes"
        case .date: "date"
        case .time: "time of day"
        case .timestamp: "timestamp without zone"
        case .timestampZoned: "timestamp with zone"
        case .interval: "interval"
        case .uuid: "uuid"
        case .json: "json"
        case .array: "array"
        }
    }
}
