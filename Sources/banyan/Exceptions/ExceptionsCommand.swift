import ArgumentParser

/// Differences on their way from being found to being closed.
struct ExceptionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exceptions",
        abstract: "Look at what differs, give it to somebody, and decide about it.",
        discussion: """
            A difference that a pass of `banyan reconcile run` found stays until a later pass has judged its \
            key and seen none; nothing is deleted. What the plan calls material is decided by two: whoever \
            wants it, and an approver of the context's.

            Examples:
              banyan exceptions list plan.yaml
              banyan exceptions assign plan.yaml 12 --to finance-control
              banyan exceptions waive plan.yaml 12 --until 2030-01-31 --because "closed year"
            """,
        subcommands: [
            ExceptionsListCommand.self, ExceptionsShowCommand.self, ExceptionsAssignCommand.self,
            ExceptionsNoteCommand.self, ExceptionsWaiveCommand.self, ExceptionsAcceptCommand.self,
            ExceptionsClearCommand.self, ExceptionsApproveCommand.self, ExceptionsSignOffCommand.self,
        ])
}
