import ArgumentParser

/// The reading of history.
struct BackfillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill", abstract: "Have history read anew.",
        discussion: """
            Examples:
              banyan backfill restart plan.yaml
              banyan run plan.yaml
            """,
        subcommands: [BackfillRestartCommand.self])
}
