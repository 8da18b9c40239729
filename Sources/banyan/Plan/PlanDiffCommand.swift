import ArgumentParser
import Foundation
import Migration
import Plan

/// Says what a new version of a plan changes, and what each change costs.
struct PlanDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what a new version of a plan changes, and what each change costs.",
        discussion: """
            Both versions are checked against the systems that the new one names, so the earlier one may lie \
            anywhere.

            Example:
              git show HEAD~1:plan.yaml > before.yaml && banyan plan diff before.yaml plan.yaml
            """)

    @Argument(help: ArgumentHelp("The earlier version.", valueName: "before"), completion: .file())
    var before: String
    @Argument(help: ArgumentHelp("The new version.", valueName: "after"), completion: .file())
    var after: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let environment = ProcessInfo.processInfo.environment
            let current = PlanReading.checked(path: after, environment: environment)
            let now = try current.requirePlan()
            let then = try PlanReading.checked(
                path: before, environment: environment, known: current.catalogs
            )
            .requirePlan()
            let diff = PlanDiff(from: then, to: now)
            guard output.isJSON else {
                try terminal.write(diff.render(.terminal))
                return .done
            }
            try terminal.line([
                "before": .string(then.digest), "after": .string(now.digest),
                "consequence": .optional(diff.consequence.map { "\($0)" }),
                "changes": .array(
                    diff.changes.map { change in
                        [
                            "path": .string(change.path), "what": .string(change.what),
                            "before": .optional(change.before), "after": .optional(change.after),
                            "consequence": .string("\(change.consequence)"),
                        ]
                    }),
            ])
            return .done
        }
    }
}
