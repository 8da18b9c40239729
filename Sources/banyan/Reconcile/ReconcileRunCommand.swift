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

    @OptionGroup var plan: PlanArgument
    @OptionGroup var choice: ContextChoice
    @Option(help: "Seconds to wait for the engine to pass a frontier.") var wait = 30
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...86_400).contains(wait) else {
            throw ValidationError("--wait takes seconds from 0 to 86400")
        }
    }

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let issuer = CertificateIssuer(plan: plan, patience: .seconds(wait))
            var status = ExitStatus.done
            for context in try choice.contexts(of: plan) {
                let issued = try issuer.issue(context, by: actor.actor, because: actor.because)
                switch ReconcilePage.verdict(issued.certificate) {
                case "equal": break
                case "different": status = .mismatch
                default: if status == .done { status = .inconclusive }
                }
                if output.isJSON {
                    try terminal.line(ReconcilePage.json(issued))
                } else {
                    try terminal.write(ReconcilePage.text(issued, terminal.paint))
                }
            }
            return status
        }
    }
}
