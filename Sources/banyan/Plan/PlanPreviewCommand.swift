import ArgumentParser
import Migration
import Model
import Plan

/// Shows real legacy rows and what the mapping makes of them.
struct PlanPreviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Show real legacy rows before and after the mapping.",
        discussion: """
            Reads the legacy system and writes nothing anywhere; the engine need not run, and need never \
            have run.

            Examples:
              banyan plan preview plan.yaml --limit 3
              banyan plan preview plan.yaml --key 1042
            """)

    @OptionGroup var plan: PlanArgument
    @Option(help: "Show the record with this legacy key (values joined by /).") var key: String?
    @Option(help: "Only this aggregate.") var aggregate: String?
    @OptionGroup var choice: ContextChoice
    @Option(help: "How many records of each aggregate to show.") var limit = 3
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1_000).contains(limit) else {
            throw ValidationError("--limit takes a number from 1 to 1000")
        }
    }

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let contexts = try choice.contexts(of: plan)
            try ContextChoice.require(aggregate: aggregate, in: contexts)
            var shown = 0
            for context in contexts {
                for candidate in context.aggregates where aggregate == nil || candidate.name == aggregate {
                    let preview = try PlanPreview(
                        plan: plan, context: context, aggregate: candidate, key: key, limit: limit)
                    shown += preview.records.count
                    if output.isJSON {
                        for record in preview.records { try terminal.line(PreviewPage.json(record, preview)) }
                    } else {
                        try terminal.write(PreviewPage.text(preview, terminal.paint))
                    }
                }
            }
            guard shown == 0, let key else { return .done }
            throw MigrationError(
                .notFound, "no row of legacy has the key \(key)",
                hint: "the values of the root table's primary key, joined by /")
        }
    }
}
