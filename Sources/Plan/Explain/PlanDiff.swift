import CEL
import Expressions
import Model

/// What a new version of a plan changes, and what each change costs.
public struct PlanDiff: Sendable {
    /// What must happen before a change holds for old rows too; the order is that of the effort.
    public enum Consequence: Int, Sendable, Codable, Comparable {
        /// It takes effect at once.
        case immediate
        /// Slices change hands or events differ from now on: authority should be looked at first.
        case review
        /// The recorded changes and mirrored rows are translated again.
        case replay
        /// Rows that were never read must be read: the affected tables are backfilled.
        case backfill
        /// Aggregates get other ids: the target and the cross-reference are built anew.
        case identity

        /// The order of the effort.
        public static func < (left: Consequence, right: Consequence) -> Bool {
            left.rawValue < right.rawValue
        }

        /// The consequence in words.
        public var words: String {
            switch self {
            case .immediate: "takes effect at once"
            case .review: "takes effect at once; look at who is affected first"
            case .replay: "needs a replay: every aggregate is translated again"
            case .backfill: "needs a backfill of the tables that were not read before"
            case .identity: "changes identities: the target and the cross-reference must be built anew"
            }
        }
    }

    /// One difference.
    public struct Change: Sendable, Hashable {
        /// The path of what changed (`endorsement.endorsement.reason`).
        public var path: String
        /// What happened to it, in words.
        public var what: String
        /// How it was; nil when it is new.
        public var before: String?
        /// How it is; nil when it is gone.
        public var after: String?
        /// What must happen.
        public var consequence: Consequence
    }

    /// The differences, the most expensive first.
    public private(set) var changes: [Change] = []

    /// Compares two versions of a plan.
    public init(from old: CheckedPlan, to new: CheckedPlan) {
        compare("", old.contexts, new.contexts, \.name, what: "context", added: .backfill, removed: .review) {
            diff, path, old, new in diff.context(path, old, new)
        }
        changes = changes.enumerated().sorted {
            ($1.element.consequence, $0.offset) < ($0.element.consequence, $1.offset)
        }.map(\.element)
    }

    /// The most expensive consequence; nil when nothing changed.
    public var consequence: Consequence? { changes.map(\.consequence).max() }

    /// The differences as a table.
    public func render(_ format: PlanFormat) -> String {
        guard let consequence else {
            return TextTable(sections: [.init(title: "No difference", level: 1)]).render(format)
        }
        let rows = changes.map { [$0.path, $0.what, $0.before ?? "", $0.after ?? "", $0.consequence.words] }
        return TextTable(sections: [
            .init(
                title: "\(changes.count) difference(s)", level: 1,
                notes: ["Taken together: \(consequence.words)."],
                columns: ["where", "what", "before", "after", "consequence"], rows: rows)
        ]).render(format)
    }

    // MARK: comparing

    private mutating func note(
        _ path: String, _ what: String, _ before: String?, _ after: String?, _ consequence: Consequence
    ) {
        guard before != after else { return }
        changes.append(Change(path: path, what: what, before: before, after: after, consequence: consequence))
    }

    private mutating func compare<Item>(
        _ path: String, _ old: [Item], _ new: [Item], _ name: KeyPath<Item, String>, what: String,
        added: Consequence,
        removed: Consequence, _ both: (inout PlanDiff, String, Item, Item) -> Void
    ) {
        for item in old where !new.contains(where: { $0[keyPath: name] == item[keyPath: name] }) {
            note(joined(path, item[keyPath: name]), "\(what) removed", item[keyPath: name], nil, removed)
        }
        for item in new {
            let inner = joined(path, item[keyPath: name])
            if let before = old.first(where: { $0[keyPath: name] == item[keyPath: name] }) {
                both(&self, inner, before, item)
            } else {
                note(inner, "\(what) added", nil, item[keyPath: name], added)
            }
        }
    }

    private func joined(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private mutating func context(_ path: String, _ old: CheckedContext, _ new: CheckedContext) {
        note(path, "owner", old.owner, new.owner, .immediate)
        note(
            path, "approvers", old.approvers.joined(separator: ", "), new.approvers.joined(separator: ", "),
            .review)
        note(path, "legacy system", old.legacy, new.legacy, .backfill)
        note(path, "service system", old.service, new.service, .backfill)
        compare(
            path + ".reads", old.reads, new.reads, \.alias, what: "alias", added: .backfill,
            removed: .immediate
        ) {
            diff, path, before, after in
            diff.note(path, "table", before.table.name, after.table.name, .backfill)
            diff.note(path, "key", before.keyText, after.keyText, .backfill)
            diff.note(path, "join", old.joinText(before), new.joinText(after), .backfill)
        }
        compare(
            path + ".codes", old.codes, new.codes, \.name, what: "code table", added: .immediate,
            removed: .immediate
        ) {
            diff, path, before, after in diff.codes(path, before, after)
        }
        compare(
            path, old.aggregates, new.aggregates, \.name, what: "aggregate", added: .backfill,
            removed: .review
        ) {
            diff, path, before, after in diff.aggregate(path, (old, before), (new, after))
        }
        compare(
            path + ".events", old.events, new.events, \.name, what: "event", added: .review, removed: .review
        ) {
            diff, path, before, after in
            diff.note(path, "condition", before.when.normalText, after.when.normalText, .review)
            diff.note(path, "replay", before.replay.rawValue, after.replay.rawValue, .review)
        }
        compare(
            path + ".slices", old.slices, new.slices, \.name, what: "slice", added: .review, removed: .review
        ) {
            diff, path, before, after in
            diff.note(path, "legacy predicate", before.legacy.normalText, after.legacy.normalText, .review)
            diff.note(path, "service predicate", before.service.normalText, after.service.normalText, .review)
        }
        note(path + ".gates", "gates", old.gateText, new.gateText, .review)
        note(
            path + ".reconcile", "reconciliation", old.reconciliationText, new.reconciliationText, .immediate)
        note(path + ".rollback", "kept for", old.keepFor?.planText, new.keepFor?.planText, .review)
    }

    private mutating func codes(_ path: String, _ old: CodeTable, _ new: CodeTable) {
        let before = Dictionary(CodeRendering.rows(old).map { ($0[0], $0[1]) }) { first, _ in first }
        let after = Dictionary(CodeRendering.rows(new).map { ($0[0], $0[1]) }) { first, _ in first }
        for code in Set(before.keys).union(after.keys).sorted() {
            note("\(path).\(code)", "meaning", before[code], after[code], .replay)
        }
        note(
            "\(path).otherwise", "other values", CodeRendering.otherwise(old), CodeRendering.otherwise(new),
            .replay)
    }

    private mutating func aggregate(
        _ path: String, _ old: (CheckedContext, CheckedAggregate), _ new: (CheckedContext, CheckedAggregate)
    ) {
        let (before, after) = (old.1, new.1)
        note(path, "root", old.0.reads[before.root].alias, new.0.reads[after.root].alias, .identity)
        note(path, "table", before.table.name, after.table.name, .identity)
        note(
            path + ".identity", "natural key", before.natural.map(\.normalText).joined(separator: ", "),
            after.natural.map(\.normalText).joined(separator: ", "), .identity)
        note(path + ".identity", "surrogate", before.surrogateName, after.surrogateName, .identity)
        note(path, "condition", before.when?.normalText, after.when?.normalText, .replay)
        fields(path, (before.fields, before.table), (after.fields, after.table))
        compare(
            path + ".parts", before.parts, after.parts, \.name, what: "part", added: .replay, removed: .replay
        ) {
            diff, path, before, after in
            diff.note(path, "table", before.table.name, after.table.name, .replay)
            diff.note(path, "condition", before.when?.normalText, after.when?.normalText, .replay)
            diff.note(path, "key", before.keyText, after.keyText, .replay)
            diff.fields(path, (before.fields, before.table), (after.fields, after.table))
        }
        let backBefore = before.back.map { (old.0.columnName($0), $0) }
        let backAfter = after.back.map { (new.0.columnName($0), $0) }
        for (name, projection) in backBefore where !backAfter.contains(where: { $0.0 == name }) {
            note("\(path).back.\(name)", "way back removed", projection.expression.text, nil, .review)
        }
        for (name, projection) in backAfter {
            let other = backBefore.first { $0.0 == name }?.1
            note(
                "\(path).back.\(name)", other == nil ? "way back added" : "way back",
                other?.expression.normalText,
                projection.expression.normalText, .review)
        }
    }

    private mutating func fields(
        _ path: String, _ old: ([CheckedField], TableSchema), _ new: ([CheckedField], TableSchema)
    ) {
        func named(_ side: ([CheckedField], TableSchema)) -> [(String, CheckedField)] {
            side.0.map { (side.1.columns[$0.column].name, $0) }
        }
        let (before, after) = (named(old), named(new))
        for (name, field) in before where !after.contains(where: { $0.0 == name }) {
            note("\(path).\(name)", "field removed", field.expression.text, nil, .replay)
        }
        for (name, field) in after {
            guard let other = before.first(where: { $0.0 == name })?.1 else {
                note("\(path).\(name)", "field added", nil, field.expression.text, .replay)
                continue
            }
            note(
                "\(path).\(name)", "meaning", other.expression.normalText, field.expression.normalText,
                .replay)
            note("\(path).\(name)", "fact", other.fact, field.fact, .review)
            note("\(path).\(name)", "reason", other.because, field.because, .immediate)
        }
    }
}

extension CompiledExpression {
    /// The expression in its normal form, so that spaces and parentheses make no difference.
    var normalText: String { checked.expression.description }
}

extension CheckedAggregate {
    fileprivate var surrogateName: String? { surrogate.map { table.columns[$0].name } }
}

extension CheckedPart {
    fileprivate var keyText: String { (parent + key).map { table.columns[$0].name }.joined(separator: ", ") }
}

extension CheckedContext {
    fileprivate func joinText(_ read: ReadBinding) -> String {
        guard let joins = read.joins else { return read.cardinality.rawValue }
        return "\(read.cardinality.rawValue): "
            + read.pairs.map { pair in
                "\(read.table.columns[pair.column].name) == "
                    + "\(reads[joins].alias).\(reads[joins].table.columns[pair.joinedColumn].name)"
            }.sorted().joined(separator: " && ")
    }

    fileprivate func columnName(_ projection: CheckedProjection) -> String {
        let read = reads[projection.alias]
        return "\(read.alias).\(read.table.columns[projection.column].name)"
    }

    fileprivate var gateText: String {
        gates.map { "\($0.phase.rawValue): \($0.condition.normalText)" }.sorted().joined(separator: "\n")
    }

    fileprivate var reconciliationText: String {
        let fields = reconciliation.fields.map { field in
            let aggregate = aggregates[field.aggregate]
            return
                "\(aggregate.name).\(aggregate.table.columns[field.column].name) ± \(field.tolerance.words)"
                + (field.isMaterial ? ", material" : "") + (field.owner.map { ", \($0)" } ?? "")
        }
        let totals = reconciliation.totals.map {
            "\($0.name) ± \($0.tolerance): \($0.legacy) = \($0.service)"
        }
        let limits = [reconciliation.warn, reconciliation.incident].map { $0.map { "\($0)" } ?? "none" }
        return (fields.sorted() + totals.sorted() + limits).joined(separator: "\n")
    }
}

extension ReadBinding {
    /// The key that the plan names; nil where the table has its own.
    fileprivate var keyText: String? {
        namesKey ? table.key.map { table.columns[$0].name }.joined(separator: ", ") : nil
    }
}
