import ArgumentParser
import Exceptions
import Migration

/// Show one exception: both sides, and everything that happened to it.
struct ExceptionsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one exception: both sides, and everything that happened to it.",
        discussion: """
            Example:
              banyan exceptions show plan.yaml 12
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The exception's number.") var number: Int
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            guard let one = try ControlPlace(try plan.declared()).openExisting()?.exception(number) else {
                throw MigrationError(
                    .notFound, "there is no exception \(number)",
                    hint: "`banyan exceptions list` shows those that are there")
            }
            return try ExceptionPage.write(one, terminal, output)
        }
    }
}
