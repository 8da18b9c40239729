import ArgumentParser

/// Puts differences right.
struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair", abstract: "Put what differs right, from the side that has the authority.",
        discussion: """
            Look at the plan first: it says what would be written where, and why nothing would. A repair \
            publishes no event, and is no verification: a later pass of `banyan reconcile run` is.

            Examples:
              banyan repair plan plan.yaml
              banyan repair run plan.yaml --because "the batch of last night"
            """, subcommands: [RepairPlanCommand.self, RepairRunCommand.self])
}
