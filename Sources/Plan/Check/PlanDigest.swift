import CEL
import Crypto
import Expressions
import Model

/// The version of a mapping: a digest over everything that decides what it means, and nothing else.
enum PlanDigest {
    /// SHA-256 of the canonical rendering, in hex.
    static func hex(of plan: CheckedPlan) -> String {
        Hex.encode(SHA256.hash(data: Array(canonical(plan).utf8)))
    }

    /// The mapping, one statement a line: names instead of places, expressions in normal form, tables in name
    /// order.
    static func canonical(_ plan: CheckedPlan) -> String {
        var lines = ["banyan mapping 1"]
        for context in plan.contexts.sorted(by: { $0.name < $1.name }) { append(context, to: &lines) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// SHA-256 over what decides the rows of one context's store: its mapping and the shapes of the tables on
    /// both sides of it, in hex.
    static func hex(of context: CheckedContext) -> String {
        var lines = ["banyan context 1"]
        appendReads(context, to: &lines)
        for aggregate in context.aggregates.sorted(by: { $0.name < $1.name }) {
            append(aggregate, context, to: &lines)
            appendShape(aggregate.table, (aggregate.fields.map(\.column) + aggregate.table.key), to: &lines)
            for part in aggregate.parts {
                appendShape(part.table, part.parent + part.fields.map(\.column), to: &lines)
            }
        }
        for table in Dictionary(grouping: context.reads.map(\.table), by: \.name).values.compactMap(\.first)
            .sorted(by: { $0.name < $1.name })
        {
            appendShape(table, Array(context.columnsUsed(of: table.name)), to: &lines)
        }
        return Hex.encode(SHA256.hash(data: Array(lines.joined(separator: "\n").utf8)))
    }

    /// The kinds of a table's columns, and its key: what values are read as, and written as.
    private static func appendShape(_ table: TableSchema, _ columns: [Int], to lines: inout [String]) {
        lines.append(
            "table \(quoted(table.name)) key "
                + table.key.map { quoted(table.columns[$0].name) }.joined(separator: " "))
        for column in Set(columns).sorted() {
            let schema = table.columns[column]
            lines.append(
                "column \(quoted(schema.name)) \(schema.kind) \(schema.scale ?? -1) \(quoted(schema.declaredType)) "
                    + "\(schema.isNullable)")
        }
    }

    private static func append(_ context: CheckedContext, to lines: inout [String]) {
        appendReads(context, to: &lines)
        for aggregate in context.aggregates.sorted(by: { $0.name < $1.name }) {
            append(aggregate, context, to: &lines)
            appendBack(aggregate, context, to: &lines)
        }
        appendOperation(context, to: &lines)
    }

    private static func appendReads(_ context: CheckedContext, to lines: inout [String]) {
        lines.append(
            "context \(quoted(context.name)) from \(quoted(context.legacy)) into \(quoted(context.service))")
        let names = context.reads.map(\.alias)
        for read in context.reads.sorted(by: { $0.alias < $1.alias }) {
            let pairs = read.pairs.map { pair in
                let joined = read.joins.map { context.reads[$0].table.columns[pair.joinedColumn].name } ?? ""
                return "\(quoted(read.table.columns[pair.column].name))=\(quoted(joined))"
            }.sorted()
            let joins =
                read.joins.map { " on \(quoted(names[$0])) " + pairs.joined(separator: " and ") } ?? ""
            let key =
                read.namesKey
                ? " key " + read.table.key.map { quoted(read.table.columns[$0].name) }.joined(separator: ", ")
                : ""
            lines.append(
                "read \(quoted(read.alias)) \(quoted(read.table.name))\(key) "
                    + "\(read.cardinality.rawValue)\(joins)")
        }
        for table in context.codes.sorted(by: { $0.name < $1.name }) {
            lines += CodeRendering.canonical(table)
        }
    }

    private static func appendOperation(_ context: CheckedContext, to lines: inout [String]) {
        for event in context.events.sorted(by: { $0.name < $1.name }) {
            let of = context.aggregates[event.aggregate].name
            lines.append(
                "event \(quoted(event.name)) of \(quoted(of)) \(event.replay.rawValue) when "
                    + "\(normal(event.when))"
            )
        }
        for slice in context.slices.sorted(by: { $0.name < $1.name }) {
            let of = context.aggregates[slice.aggregate].name
            lines.append("slice \(quoted(slice.name)) of \(quoted(of)) legacy \(normal(slice.legacy))")
            lines.append("slice \(quoted(slice.name)) service \(normal(slice.service))")
        }
    }

    private static func append(
        _ aggregate: CheckedAggregate, _ context: CheckedContext, to lines: inout [String]
    ) {
        let table = aggregate.table
        lines.append(
            "aggregate \(quoted(aggregate.name)) root "
                + "\(quoted(context.reads[aggregate.root].alias)) table \(quoted(table.name))"
        )
        if let when = aggregate.when { lines.append("when \(normal(when))") }
        for expression in aggregate.natural { lines.append("natural \(normal(expression))") }
        if let surrogate = aggregate.surrogate {
            lines.append("surrogate \(quoted(table.columns[surrogate].name))")
        }
        append(aggregate.fields, of: table, to: &lines)
        for part in aggregate.parts.sorted(by: { $0.name < $1.name }) {
            lines.append(
                "part \(quoted(part.name)) of \(quoted(context.reads[part.of].alias)) table "
                    + "\(quoted(part.table.name))"
            )
            lines.append(
                "parent " + part.parent.map { quoted(part.table.columns[$0].name) }.joined(separator: " "))
            lines.append("key " + part.key.map { quoted(part.table.columns[$0].name) }.joined(separator: " "))
            if let when = part.when { lines.append("when \(normal(when))") }
            append(part.fields, of: part.table, to: &lines)
        }
    }

    private static func appendBack(
        _ aggregate: CheckedAggregate, _ context: CheckedContext, to lines: inout [String]
    ) {
        let back = aggregate.back.map { projection in
            let read = context.reads[projection.alias]
            return "back \(quoted(read.alias)).\(quoted(read.table.columns[projection.column].name)) "
                + normal(projection.expression)
        }
        lines += back.sorted()
    }

    private static func append(_ fields: [CheckedField], of table: TableSchema, to lines: inout [String]) {
        lines += fields.map { field in
            "field \(quoted(table.columns[field.column].name)) in \(quoted(field.fact)) = "
                + "\(normal(field.expression))"
        }.sorted()
    }

    private static func normal(_ expression: CompiledExpression) -> String {
        expression.checked.expression.description
    }

    /// A name in quotes, so that no name can look like the end of one.
    static func quoted(_ name: String) -> String {
        "\""
            + name.replacing(scalar: "\\", with: "\\\\").replacing(scalar: "\"", with: "\\\"").replacing(
                scalar: "\n", with: "\\n")
            + "\""
    }
}
