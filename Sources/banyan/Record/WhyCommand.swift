import ArgumentParser
import Migration
import Plan

/// Tells the life of one record.
struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Tell the life of one record: what happened to it, what became of it, and why.",
        discussion: """
            The key is that of the legacy row, the natural key, or the service's key; the values of a longer \
            key are joined by `/`. Shown are the legacy changes from the log, each field of the service with \
            its expression and reason, the events, what is set aside, and the cross-reference. Row values \
            are shown: this is what the command is for.

            Examples:
              banyan why plan.yaml 1042
              banyan why plan.yaml 0001000017/2 --format json
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The record's key.") var key: String
    @Option(help: "Only this aggregate.") var aggregate: String?
    @OptionGroup var choice: ContextChoice
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let contexts = try choice.contexts(of: plan)
            try ContextChoice.require(aggregate: aggregate, in: contexts)
            let lives = try RecordLifeReader(plan: plan).lives(of: key, in: contexts, aggregate: aggregate)
            guard !lives.isEmpty else {
                throw MigrationError(
                    .notFound, "neither the log nor a service knows a record \(key)",
                    hint: "give a legacy, natural or service key; before the first run there is none")
            }
            if output.isJSON {
                for life in lives { try terminal.line(RecordPage.json(life)) }
            } else {
                try terminal.write(
                    lives.map { RecordPage(life: $0, paint: terminal.paint).text }.joined(separator: "\n"))
            }
            return .done
        }
    }
}
