import ArgumentParser
import Exceptions
import Migration

/// Approve what somebody else wants to decide about it.
struct ExceptionsApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve what somebody else wants to decide about it.",
        discussion: """
            Only an approver that the plan names for the context may, and nobody approves their own.

            Example:
              banyan exceptions approve plan.yaml 12 --as underwriting-lead
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The exception's number.") var number: Int
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let one = try ExceptionDesk(plan: try plan.checked()).approve(
                number, by: actor.actor, because: actor.because)
            return try ExceptionPage.write(one, terminal, output)
        }
    }
}
