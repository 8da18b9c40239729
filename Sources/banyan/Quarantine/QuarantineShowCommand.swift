import Apply
import ArgumentParser
import Migration
import Plan

/// Shows what was set aside with its rows.
struct QuarantineShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what was set aside of a key, with its rows.",
        discussion: """
            Row values are shown: this is what the command is for.

            Example:
              banyan quarantine show plan.yaml --key 1042
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var filter: QuarantineFilter
    @OptionGroup var choice: ContextChoice
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard filter.key != nil || filter.reason != nil else {
            throw ValidationError("name a --key or a --reason")
        }
    }

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let reader = QuarantineReader(plan: plan)
            let entries = try reader.entries(in: try choice.contexts(of: plan)).filter(filter.holds)
            guard !entries.isEmpty else {
                throw MigrationError(
                    .notFound, "nothing is set aside of this key or for this reason",
                    hint: "see `banyan quarantine list`")
            }
            for entry in entries {
                let rows = try reader.rows(of: entry)
                if output.isJSON {
                    try terminal.line(QuarantinePage.json(entry, rows: rows))
                } else {
                    try terminal.write(
                        QuarantinePage.line(entry, terminal.paint) + QuarantinePage.text(rows, terminal.paint)
                    )
                }
            }
            return .done
        }
    }
}
