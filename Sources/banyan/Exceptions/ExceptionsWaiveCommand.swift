import ArgumentParser
import Exceptions
import Migration
import Model

/// Leave it as it is until the end of a day; then it is open again.
struct ExceptionsWaiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waive", abstract: "Leave it as it is until the end of a day; then it is open again.",
        discussion: """
            What is material waits for an approver: see `banyan exceptions approve`.

            Example:
              banyan exceptions waive plan.yaml 12 --until 2030-01-31 --because "closed year"
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The exception's number.") var number: Int
    @Option(help: ArgumentHelp("The last day on which it is left.", valueName: "day")) var until: Day
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try actor.requireReason()
    }

    func run() throws {
        try output.perform { terminal in
            let one = try ExceptionDesk(plan: try plan.checked()).decide(
                number, .waive(until: until.end), by: actor.actor, because: actor.because ?? "")
            return try ExceptionPage.write(one, terminal, output)
        }
    }
}
