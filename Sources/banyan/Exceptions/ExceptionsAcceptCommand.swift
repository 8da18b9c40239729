import ArgumentParser
import Exceptions
import Migration

/// Say that it is right as it is, as long as it differs in just this way.
struct ExceptionsAcceptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Say that it is right as it is, as long as it differs in just this way.",
        discussion: """
            What is material waits for an approver: see `banyan exceptions approve`.

            Example:
              banyan exceptions accept plan.yaml 12 --because "the service rounds by law"
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The exception's number.") var number: Int
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try actor.requireReason()
    }

    func run() throws {
        try output.perform { terminal in
            let one = try ExceptionDesk(plan: try plan.checked()).decide(
                number, .accept, by: actor.actor, because: actor.because ?? "")
            return try ExceptionPage.write(one, terminal, output)
        }
    }
}
