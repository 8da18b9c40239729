import Apply
import ArgumentParser
import Migration
import Plan

/// Tries again what was set aside.
struct QuarantineReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Try again what was set aside, in order per key.",
        discussion: """
            A running engine does it between two batches under its own plan; when none runs, it is done here \
            under this plan. Nothing is lost when it fails again: what cannot be applied stays set aside.

            Examples:
              banyan quarantine replay plan.yaml
              banyan quarantine replay plan.yaml --key 1042 --latest
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var filter: QuarantineFilter
    @Flag(help: "Take only the last state of each key, giving up what lay between.") var latest = false
    @OptionGroup var choice: ContextChoice
    @Flag(help: "Say what would be tried, and try nothing.") var dryRun = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let contexts = try choice.contexts(of: plan)
            if dryRun {
                for context in contexts {
                    let entries = try QuarantineReader(plan: plan).entries(in: [context]).filter(filter.holds)
                    let keys = Set(entries.map { [$0.aggregate, $0.displayKey] }).count
                    try DeskPage.write(
                        Measure.count(keys, "key") + " would be tried", context, by: nil, terminal, output)
                }
                return .done
            }
            let desk = RequestDesk(plan: plan)
            for context in contexts {
                let answer = try desk.perform(
                    .replayQuarantine(key: filter.key, reason: filter.reason, latestOnly: latest),
                    in: context,
                    by: actor.actor, because: actor.because)
                try DeskPage.write(answer.text, context, by: answer, terminal, output)
            }
            return .done
        }
    }
}
