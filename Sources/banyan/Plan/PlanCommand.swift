import ArgumentParser

/// Everything about the plan itself.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Check, explain, compare and try out a plan.",
        discussion: """
            Examples:
              banyan plan check plan.yaml
              banyan plan show plan.yaml
            """,
        subcommands: [
            PlanCheckCommand.self, PlanShowCommand.self, PlanDiffCommand.self, PlanPreviewCommand.self,
            PlanTestCommand.self, PlanLineageCommand.self,
        ])
}
