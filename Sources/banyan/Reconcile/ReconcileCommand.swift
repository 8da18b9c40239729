import ArgumentParser

/// Compares both sides and keeps what differs.
struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile", abstract: "Compare both sides while they live, and name what differs.",
        discussion: """
            A pass compares what legacy demands with what the service has, at one frontier: what changes \
            meanwhile is looked at again and never judged by a guess. Its result is a certificate; each \
            difference becomes an exception that stays until a later pass has seen it gone.

            Examples:
              banyan reconcile run plan.yaml
              banyan reconcile show plan.yaml
            """,
        subcommands: [ReconcileRunCommand.self, ReconcileShowCommand.self, ReconcileWatchCommand.self])
}
