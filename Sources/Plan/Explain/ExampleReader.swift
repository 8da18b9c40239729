import Model

/// Reads example files against a checked plan.
struct ExampleReader {
    let plan: CheckedPlan
    let report: Report

    /// The examples of one file.
    func cases(_ root: PlanNode) -> [ExampleCase] {
        guard let section = Section(root, keys: ["examples"], of: "a file of examples", report: report),
            let list = section.required("examples", "a list of examples")
        else { return [] }
        guard case .list(let items) = list.content else {
            report.error(
                .wrongShape, at: list.location, path: list.path,
                "`examples` must be a list, but is \(list.shape)",
                found: list.shape, expected: "a list")
            return []
        }
        return items.compactMap(example)
    }

    private func example(_ node: PlanNode) -> ExampleCase? {
        let keys = ["name", "aggregate", "given", "expect"]
        guard let section = Section(node, keys: keys, of: "an example", report: report) else { return nil }
        let name = section.required("name", "what the example shows").flatMap { $0.text("a text", report) }
        guard let (context, aggregate) = aggregate(section["aggregate"], node) else { return nil }
        let checked = plan.contexts[context].aggregates[aggregate]
        let given = section.required("given", "rows by alias").map { self.given($0, plan.contexts[context]) }
        let expect = section.required("expect", "what they become").flatMap { expectation($0, checked) }
        let root = plan.contexts[context].reads[checked.root].alias
        if let given, given[root]?.count != 1 {
            report.error(
                .missingKey, at: section.location(of: "given"), path: node.path,
                "an example is about one row of `\(root)`, from which `\(checked.name)` grows",
                found: "\(given[root]?.count ?? 0) rows of \(root)", expected: "`\(root)`: one row")
        }
        guard let name, let given, let expect else { return nil }
        return ExampleCase(
            name: name, context: context, aggregate: aggregate, given: given, expect: expect,
            location: node.location)
    }

    private func aggregate(_ node: PlanNode?, _ example: PlanNode) -> (context: Int, aggregate: Int)? {
        let all = plan.contexts.indices.flatMap { context in
            plan.contexts[context].aggregates.indices.map { (context, $0) }
        }
        guard let node else {
            if all.count == 1 { return all.first }
            report.error(
                .ambiguousAggregate, at: example.location, path: example.path,
                "the example does not say of what",
                expected: "`aggregate`: the name of one")
            return nil
        }
        guard let text = node.text("an aggregate's name", report) else { return nil }
        func names(_ pair: (Int, Int)) -> [String] {
            let context = plan.contexts[pair.0]
            return [context.aggregates[pair.1].name, "\(context.name).\(context.aggregates[pair.1].name)"]
        }
        let found = all.filter { names($0).contains(text) }
        if found.count == 1 { return found.first }
        report.unknown(
            .unknownAggregate, at: node.location, path: node.path,
            found.isEmpty
                ? "there is no aggregate `\(text)`" : "several contexts have an aggregate `\(text)`",
            name: text,
            among: all.flatMap(names), of: "an aggregate of the plan")
        return nil
    }

    private func given(_ node: PlanNode, _ context: CheckedContext) -> [String: [ExampleCase.Row]] {
        var given: [String: [ExampleCase.Row]] = [:]
        for entry in node.entries(of: "`given`", report) ?? [] {
            guard let read = context.reads.first(where: { $0.alias == entry.key }) else {
                report.unknown(
                    .unknownAlias, at: entry.keyLocation, path: entry.value.path,
                    "there is no alias `\(entry.key)`",
                    name: entry.key, among: context.reads.map(\.alias), of: "an alias of `reads`")
                continue
            }
            given[entry.key] = rows(entry.value, read.table)
        }
        return given
    }

    private func rows(_ node: PlanNode, _ table: TableSchema) -> [ExampleCase.Row] {
        if case .list(let items) = node.content { return items.map { row($0, table) } }
        return node.isEmpty ? [] : [row(node, table)]
    }

    private func row(_ node: PlanNode, _ table: TableSchema) -> ExampleCase.Row {
        var row: ExampleCase.Row = [:]
        for entry in node.entries(of: "a row", report) ?? [] {
            guard table.index(of: entry.key) != nil else {
                report.unknown(
                    .unknownColumn, at: entry.keyLocation, path: entry.value.path,
                    "`\(table.name)` has no column `\(entry.key)`", name: entry.key,
                    among: table.columns.map(\.name),
                    of: "a column")
                continue
            }
            row[entry.key] = .some(value(entry.value))
        }
        return row
    }

    /// The text of a value; nil for NULL, which is written as `null`, `NULL` or `~` without quotes.
    private func value(_ node: PlanNode) -> String? {
        guard case .scalar(let text, let style) = node.content else {
            report.error(
                .wrongShape, at: node.location, path: node.path,
                "`\(node.name)` must be a single value, but is \(node.shape)",
                found: node.shape, expected: "a value, or NULL")
            return nil
        }
        return style == .plain && ["null", "NULL", "~", ""].contains(text) ? nil : text
    }

    private func expectation(_ node: PlanNode, _ aggregate: CheckedAggregate) -> ExampleCase.Expectation? {
        if case .scalar("nothing", .plain) = node.content { return .nothing }
        let keys = ["aggregate", "parts", "pending", "quarantine"]
        guard let section = Section(node, keys: keys, of: "`expect`", report: report) else { return nil }
        if let quarantine = section["quarantine"] {
            return quarantine.text("the reason's code", report).map { .quarantine($0) }
        }
        if let pending = section["pending"] { return pending.text("an alias", report).map { .pending($0) } }
        guard let row = section.required("aggregate", "columns and values, or `expect: nothing`") else {
            return nil
        }
        var parts: [String: [ExampleCase.Row]] = [:]
        for entry in section["parts"]?.entries(of: "`parts`", report) ?? [] {
            guard let part = aggregate.parts.first(where: { $0.name == entry.key }) else {
                report.unknown(
                    .unknownKey, at: entry.keyLocation, path: entry.value.path,
                    "there are no parts `\(entry.key)`",
                    name: entry.key, among: aggregate.parts.map(\.name), of: "the parts")
                continue
            }
            parts[entry.key] = rows(entry.value, part.table)
        }
        return .aggregate(self.row(row, aggregate.table), parts: parts)
    }
}
