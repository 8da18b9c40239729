import ArgumentParser
import Exceptions
import Migration

/// Shows what a repair would do.
struct RepairPlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would be written where, and why; writes nothing.",
        discussion: """
            Examples:
              banyan repair plan plan.yaml
              banyan repair plan plan.yaml 12 13
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "Only these exceptions.") var numbers: [Int] = []
    @OptionGroup var choice: ContextChoice
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let repair = try RepairDesk(plan: plan).plan(for: choice.contexts(of: plan), numbers: numbers)
            try RepairPage.write(repair, terminal, output)
            return .done
        }
    }
}
