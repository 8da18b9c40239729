import ArgumentParser
import Exceptions
import Migration

/// Runs a repair.
struct RepairRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Write what `banyan repair plan` shows.",
        discussion: """
            A running engine does it between two batches; when none runs, it is done here. What is killed \
            is done again by the next run, and doing it twice changes nothing.

            Examples:
              banyan repair run plan.yaml --dry-run
              banyan repair run plan.yaml 12 13 --because "the batch of last night" --rate 100
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "Only these exceptions.") var numbers: [Int] = []
    @OptionGroup var choice: ContextChoice
    @Option(help: "How many aggregates a second at the most.") var rate = 1_000
    @Flag(help: "Show what would be done, and do nothing.") var dryRun = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...1_000_000).contains(rate) else {
            throw ValidationError("--rate takes a number from 1 to 1000000")
        }
    }

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let desk = try RepairDesk(plan: plan)
            let repair = try desk.plan(for: choice.contexts(of: plan), numbers: numbers)
            if dryRun {
                try RepairPage.write(repair, terminal, output)
                return .done
            }
            let written = try desk.run(repair, rate: rate, by: actor.actor, because: actor.because)
            let left = repair.steps.count - repair.writing.count
            if output.isJSON {
                try terminal.line(["repaired": .count(written), "left": .count(left)])
            } else {
                try terminal.line(
                    "\(Measure.count(written, "exception")) repaired, \(Measure.count(left)) left; "
                        + "the next pass of `banyan reconcile run` says whether it is so")
            }
            return .done
        }
    }
}
