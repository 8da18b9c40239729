import CEL
import Expressions
import Model

/// The mapping as tables that an analyst can read.
public enum PlanTable {
    /// Every context of a plan: what each field comes from, what it means and why, and the code tables
    /// spelled out.
    public static func render(_ plan: CheckedPlan, format: PlanFormat) -> String {
        var table = TextTable()
        table.sections.append(
            .init(
                title: "Migration \(plan.name)", level: 1,
                notes: ["Mapping version \(plan.digest.prefix(12)), \(plan.warnings.count) warning(s)."]))
        for context in plan.contexts { append(context, to: &table) }
        return table.render(format)
    }

    private static func append(_ context: CheckedContext, to table: inout TextTable) {
        var notes = ["From \(context.legacy) into \(context.service)."]
        if let owner = context.owner { notes.append("Owner: \(owner).") }
        if !context.approvers.isEmpty {
            notes.append("Approvers: \(context.approvers.joined(separator: ", ")).")
        }
        table.sections.append(
            .init(
                title: "Context \(context.name)", notes: notes,
                columns: ["alias", "legacy table", "how many", "joined by"],
                rows: context.reads.map { read in
                    [read.alias, read.table.name, words(read.cardinality), joinWords(read, context)]
                }))
        for aggregate in context.aggregates { append(aggregate, context, to: &table) }
        for codes in context.codes {
            table.sections.append(
                .init(
                    title: "Codes \(codes.name)", level: 3, notes: [CodeRendering.otherwise(codes)],
                    columns: ["old", "means", "why"], rows: CodeRendering.rows(codes)))
        }
        if !context.events.isEmpty {
            table.sections.append(
                .init(
                    title: "Events of \(context.name)", level: 3,
                    columns: ["event", "of", "when", "on replay"],
                    rows: context.events.map {
                        [$0.name, context.aggregates[$0.aggregate].name, $0.when.text, words($0.replay)]
                    }))
        }
        if !context.slices.isEmpty {
            table.sections.append(
                .init(
                    title: "Slices of \(context.name)", level: 3,
                    columns: ["slice", "in legacy", "in the service"],
                    rows: context.slices.map { [$0.name, $0.legacy.text, $0.service.text] }))
        }
        appendReconciliation(of: context, to: &table)
        if !context.gates.isEmpty {
            table.sections.append(
                .init(
                    title: "Gates of \(context.name)", level: 3, columns: ["to enter", "this must hold"],
                    rows: context.gates.map { [$0.phase.rawValue, $0.condition.text] }))
        }
    }

    private static func append(
        _ aggregate: CheckedAggregate, _ context: CheckedContext, to table: inout TextTable
    ) {
        let root = context.reads[aggregate.root]
        var notes = [
            "One row of \(root.table.name) (\(root.alias)) becomes one row of \(aggregate.table.name)."
        ]
        if let when = aggregate.when { notes.append("Only when \(when.text)") }
        notes.append("Natural key: " + aggregate.natural.map(\.text).joined(separator: ", "))
        if let surrogate = aggregate.surrogate {
            notes.append(
                "Surrogate id in \(aggregate.table.columns[surrogate].name), computed from the natural key.")
        }
        table.sections.append(
            .init(
                title: "Aggregate \(aggregate.name)", level: 3, notes: notes, columns: fieldColumns,
                rows: aggregate.fields.map { row($0, aggregate.table, context, fact: $0.fact) }))
        for part in aggregate.parts {
            var notes = ["One row of \(part.table.name) for each row of \(context.reads[part.of].alias)."]
            if let when = part.when { notes.append("Only when \(when.text)") }
            table.sections.append(
                .init(
                    title: "Parts \(part.name) of \(aggregate.name)", level: 3, notes: notes,
                    columns: fieldColumns,
                    rows: part.fields.map { row($0, part.table, context, fact: "") }))
        }
        guard !aggregate.back.isEmpty else { return }
        table.sections.append(
            .init(
                title: "The way back of \(aggregate.name)", level: 3,
                columns: ["legacy column", "comes from", "loses"],
                rows: aggregate.back.map { projection in
                    let read = context.reads[projection.alias]
                    return [
                        "\(read.table.name).\(read.table.columns[projection.column].name)",
                        projection.expression.text,
                        projection.isLossy ? "some values cannot be told apart" : "nothing",
                    ]
                }))
    }

    private static func appendReconciliation(of context: CheckedContext, to table: inout TextTable) {
        let reconciliation = context.reconciliation
        guard !reconciliation.fields.isEmpty || !reconciliation.totals.isEmpty else { return }
        var rows = reconciliation.fields.map { field in
            let aggregate = context.aggregates[field.aggregate]
            return [
                "\(aggregate.name).\(aggregate.table.columns[field.column].name)", field.tolerance.words,
                field.isMaterial ? "yes" : "", field.owner ?? "",
            ]
        }
        rows += reconciliation.totals.map { ["total: \($0.name)", $0.tolerance, "", ""] }
        table.sections.append(
            .init(
                title: "Reconciliation of \(context.name)", level: 3,
                notes: ["What is not listed is compared exactly."],
                columns: ["compared", "may differ by", "material", "owner"], rows: rows))
    }

    private static let fieldColumns = ["field", "type", "comes from", "meaning", "why", "fact"]

    private static func row(
        _ field: CheckedField, _ table: TableSchema, _ context: CheckedContext, fact: String
    ) -> [String] {
        let column = table.columns[field.column]
        let type =
            (column.declaredType.isEmpty ? column.kind.word : column.declaredType)
            + (column.isNullable ? ", or NULL" : "")
        let sources = Origins.columns(of: field.expression).map(\.description).joined(separator: "\n")
        return [
            column.name, type, sources.isEmpty ? "a constant" : sources, meaning(field.expression, context),
            field.because ?? "", fact,
        ]
    }

    private static func meaning(_ expression: CompiledExpression, _ context: CheckedContext) -> String {
        if case .select = expression.checked.expression.kind { return "as it is" }
        var lines = [expression.text]
        for use in CodeUse.all(in: expression.checked.expression) where !use.isInverse {
            guard let table = context.codes.first(where: { $0.name == use.table }) else { continue }
            lines += CodeRendering.rows(table).map { "\($0[0]) → \($0[1])" }
        }
        return lines.joined(separator: "\n")
    }

    private static func words(_ cardinality: ReadBinding.Cardinality) -> String {
        switch cardinality {
        case .root: "the row it grows from"
        case .one: "exactly one"
        case .optional: "none or one"
        case .many: "any number"
        }
    }

    private static func words(_ replay: ReplaySafety) -> String {
        switch replay {
        case .safe: "sent again"
        case .idempotent: "sent again under the same id"
        case .toxic: "never sent from history"
        }
    }

    private static func joinWords(_ read: ReadBinding, _ context: CheckedContext) -> String {
        guard let joins = read.joins else { return "" }
        let other = context.reads[joins]
        return read.pairs.map { pair in
            "\(read.alias).\(read.table.columns[pair.column].name) = "
                + "\(other.alias).\(other.table.columns[pair.joinedColumn].name)"
        }.joined(separator: "\n")
    }
}

extension CheckedTolerance {
    /// How far values may differ, in words.
    var words: String {
        switch self {
        case .exact: "nothing"
        case .number(let text): text
        case .time(let duration): duration.planText
        }
    }
}
