import ArgumentParser
import Exceptions
import Migration
import Model

/// Give it to somebody, until a day.
struct ExceptionsAssignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Give it to somebody, until a day.",
        discussion: """
            Example:
              banyan exceptions assign plan.yaml 12 --to finance-control --until 2030-01-31
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The exception's number.") var number: Int
    @Option(help: "Whose it becomes.") var to: String
    @Option(help: ArgumentHelp("Until when it should be done.", valueName: "day")) var until: Day?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let one = try ExceptionDesk(plan: try plan.checked()).assign(
                number, to: to, until: until?.end, by: actor.actor, because: actor.because)
            return try ExceptionPage.write(one, terminal, output)
        }
    }
}
