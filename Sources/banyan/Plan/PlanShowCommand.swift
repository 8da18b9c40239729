import ArgumentParser
import Model
import Plan

/// Shows the mapping as tables that an analyst can read.
struct PlanShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the mapping as tables that an analyst can read.",
        discussion: """
            Examples:
              banyan plan show plan.yaml
              banyan plan show plan.yaml --layout markdown > mapping.md
            """)

    /// How tables are laid out.
    enum Layout: String, CaseIterable, ExpressibleByArgument {
        case terminal, markdown, html
    }

    @OptionGroup var plan: PlanArgument
    @Option(help: ArgumentHelp("How to lay the tables out.", valueName: "terminal|markdown|html"))
    var layout: Layout = .terminal
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            if output.isJSON {
                try terminal.line(Self.json(plan))
            } else {
                let format: PlanFormat =
                    switch layout {
                    case .terminal: .terminal
                    case .markdown: .markdown
                    case .html: .html
                    }
                try terminal.write(PlanTable.render(plan, format: format))
            }
            return .done
        }
    }

    private static func json(_ plan: CheckedPlan) -> JSONValue {
        let contexts = plan.contexts.map { context -> JSONValue in
            [
                "name": .string(context.name), "owner": .optional(context.owner),
                "approvers": .array(context.approvers.map(JSONValue.string)),
                "legacy": .string(context.legacy),
                "service": .string(context.service),
                "aggregates": .array(context.aggregates.map { json($0, context) }),
                "events": .array(
                    context.events.map { event in
                        [
                            "name": .string(event.name),
                            "of": .string(context.aggregates[event.aggregate].name),
                            "when": .string(event.when.text), "replay": .string(event.replay.rawValue),
                        ]
                    }),
                "slices": .array(
                    context.slices.map { slice in
                        [
                            "name": .string(slice.name), "legacy": .string(slice.legacy.text),
                            "service": .string(slice.service.text),
                        ]
                    }),
            ]
        }
        return [
            "migration": .string(plan.name), "mapping": .string(plan.digest),
            "warnings": .count(plan.warnings.count),
            "contexts": .array(contexts),
        ]
    }

    private static func json(_ aggregate: CheckedAggregate, _ context: CheckedContext) -> JSONValue {
        [
            "name": .string(aggregate.name), "table": .string(aggregate.table.name),
            "root": .string(context.reads[aggregate.root].table.name),
            "when": .optional(aggregate.when?.text),
            "natural_key": .array(aggregate.natural.map { .string($0.text) }),
            "fields": fields(aggregate.fields, aggregate.table),
            "parts": .array(
                aggregate.parts.map { part in
                    [
                        "name": .string(part.name), "table": .string(part.table.name),
                        "when": .optional(part.when?.text), "fields": fields(part.fields, part.table),
                    ]
                }),
        ]
    }

    private static func fields(_ fields: [CheckedField], _ table: TableSchema) -> JSONValue {
        .array(
            fields.map { field in
                [
                    "name": .string(table.columns[field.column].name), "fact": .string(field.fact),
                    "is": .string(field.expression.text), "because": .optional(field.because),
                    "location": .string(field.expression.location.description),
                ]
            })
    }
}
