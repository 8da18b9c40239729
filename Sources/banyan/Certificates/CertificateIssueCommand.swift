import ArgumentParser
import Migration
import Plan

/// Compares both sides at a frontier and keeps what was found as a certificate.
struct CertificateIssueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Compare both sides while they live, and certify what is found.",
        discussion: """
            Works beside a running engine, or on a migration that was stopped after it had caught up. The \
            certificate is kept whatever it says. Exit code 0 when both sides are equal, 4 when they differ, \
            3 when it could not be judged.

            Examples:
              banyan certificate issue plan.yaml
              banyan certificate issue plan.yaml --context endorsement --wait 120
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
                switch CertificatePage.finding(issued.certificate) {
                case "equal": break
                case "different": status = .mismatch
                default: if status == .done { status = .inconclusive }
                }
                if output.isJSON {
                    try terminal.line(CertificatePage.json(issued.number, issued.certificate))
                } else {
                    try terminal.line("certificate \(issued.number)")
                    try terminal.write(CertificatePage.text(issued.certificate, terminal.paint))
                }
            }
            return status
        }
    }
}
