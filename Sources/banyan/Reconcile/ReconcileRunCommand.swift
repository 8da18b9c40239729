import ArgumentParser
import Exceptions
import Migration

/// Runs a pass.
struct ReconcileRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a pass over every context, or one.",
        discussion: """
            Works beside a running engine, or on a migration that was stopped after it had caught up. Exit \
            code 0 when both sides are equal, 4 when they differ, 3 when not everything could be judged yet.

            Examples:
              banyan reconcile run plan.yaml
              banyan reconcile run plan.yaml --context endorsement --format json
            """)

    @OptionGroup var pass: PassOptions

    func run() throws {
        try pass.run { issued, terminal in
            if pass.output.isJSON {
                try terminal.line(ReconcilePage.json(issued))
            } else {
                try terminal.write(ReconcilePage.text(issued, terminal.paint))
            }
            return ReconcilePage.status(issued.certificate)
        }
    }
}
