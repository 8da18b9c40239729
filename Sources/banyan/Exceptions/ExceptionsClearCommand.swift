import ArgumentParser
import Exceptions
import Migration

/// Ask for a repair of what is material, which an approver has to approve.
struct ExceptionsClearCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clear",
        abstract: "Ask for a repair of what is material, which an approver has to approve.",
        discussion: """
            What is not material needs nobody's approval: see `banyan repair`.

            Example:
              banyan exceptions clear plan.yaml 12 --because "the batch of last night"
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
                number, .repair, by: actor.actor, because: actor.because ?? "")
            return try ExceptionPage.write(one, terminal, output)
        }
    }
}
