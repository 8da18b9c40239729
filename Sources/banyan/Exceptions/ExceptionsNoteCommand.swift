import ArgumentParser
import Exceptions
import Migration

/// Add words to it.
struct ExceptionsNoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Add words to it.",
        discussion: """
            Example:
              banyan exceptions note plan.yaml 12 "asked the branch office"
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The exception's number.") var number: Int
    @Argument(help: "The words.") var words: String
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let one = try ExceptionDesk(plan: try plan.checked()).comment(number, words, by: actor.actor)
            return try ExceptionPage.write(one, terminal, output)
        }
    }
}
