import ArgumentParser
import Migration
import Plan

/// Computes aggregates again under the present mapping.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Compute aggregates again from what is known of legacy, as a better mapping needs.",
        discussion: """
            Aggregates that join tables are computed from the copies of their legacy rows, those of one \
            row from the log; no event leaves because of it. After a change of the mapping a run is \
            refused until this has been done for everything.

            Examples:
              banyan replay plan.yaml --dry-run
              banyan replay plan.yaml --key 1042
            """)

    @OptionGroup var plan: PlanArgument
    @Option(help: "Only the root row with this legacy key (values joined by /).") var key: String?
    @OptionGroup var choice: ContextChoice
    @Flag(help: "Say which aggregates it would be about, and compute nothing.") var dryRun = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let desk = RequestDesk(plan: plan)
            for context in try choice.contexts(of: plan) {
                let joined = context.aggregates.filter { !$0.isSingleRow }.map(\.name)
                if dryRun {
                    let names = joined.isEmpty ? "none" : joined.joined(separator: ", ")
                    try DeskPage.write("would compute again: \(names)", context, by: nil, terminal, output)
                    continue
                }
                let answer = try desk.perform(
                    .recompute(key: key), in: context, by: actor.actor, because: actor.because)
                try DeskPage.write(answer.text, context, by: answer, terminal, output)
            }
            return .done
        }
    }
}
