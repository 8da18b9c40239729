import ArgumentParser
import Migration

/// What a pass is about, and how long it waits.
struct PassOptions: ParsableArguments {
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

    /// Runs a pass over each context that is meant.
    ///
    /// - Parameter show: Shows what one found, and says what that means.
    /// - Returns: The worst of what they mean: a difference, then what could not be judged.
    func run(_ show: (CertificateIssuer.Issued, Terminal) throws -> ExitStatus) throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let issuer = CertificateIssuer(plan: plan, patience: .seconds(wait))
            var worst = ExitStatus.done
            for context in try choice.contexts(of: plan) {
                let status = try show(
                    issuer.issue(context, by: actor.actor, because: actor.because), terminal)
                if worst != .mismatch, status != .done { worst = status }
            }
            return worst
        }
    }
}
