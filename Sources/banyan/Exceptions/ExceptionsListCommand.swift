import ArgumentParser
import Exceptions
import Migration
import Reconcile

/// Lists exceptions.
struct ExceptionsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List what differs, similar differences as one finding.",
        discussion: """
            Examples:
              banyan exceptions list plan.yaml
              banyan exceptions list plan.yaml --each --state open
            """)

    @OptionGroup var plan: PlanArgument
    @Option(help: "Only this context.") var context: String?
    @Option(help: "Only those that stand like this, as in open or waived.") var state: String?
    @Flag(help: "One line for each, not for each finding.") var each = false
    @Flag(help: "Those that are closed, too.") var all = false
    @OptionGroup var output: OutputOptions

    /// How exceptions stand, in words.
    private static let states = ["open", "assigned", "repaired", "waived", "accepted", "verified", "closed"]

    func validate() throws {
        guard let state, !Self.states.contains(state) else { return }
        throw ValidationError("--state takes one of: \(Self.states.joined(separator: ", "))")
    }

    func run() throws {
        try output.perform { terminal in
            let store = try ControlPlace(try plan.declared()).openExisting()
            let cases = try (store?.exceptions(of: context, withClosed: all || state == "closed") ?? [])
                .filter {
                    state == nil || $0.state.word == state
                }
            if output.isJSON {
                for one in cases { try terminal.line(ExceptionPage.json(one)) }
            } else if each, !cases.isEmpty {
                var columns = TextColumns(right: [0])
                columns.add("NUMBER", "STATE", "OWNER", "WHAT", "KEY")
                for one in cases {
                    columns.add(
                        "\(one.number)", one.state.word, (one.owner ?? "").escapedForTerminal,
                        ExceptionPage.words(Finding.Shape(one.discrepancy)),
                        one.discrepancy.key.escapedForTerminal)
                }
                try terminal.write(columns.text())
            } else {
                try terminal.write(ExceptionPage.text(cases))
            }
            return .done
        }
    }
}
