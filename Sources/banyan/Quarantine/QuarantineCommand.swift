import ArgumentParser

/// What could not be translated or applied.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Look at what was set aside, and try it again.",
        discussion: """
            A change that cannot be translated stops only its own key; later changes of that key wait behind \
            it.

            Examples:
              banyan quarantine list plan.yaml
              banyan quarantine replay plan.yaml --reason unknown_code
            """,
        subcommands: [QuarantineListCommand.self, QuarantineShowCommand.self, QuarantineReplayCommand.self])
}
