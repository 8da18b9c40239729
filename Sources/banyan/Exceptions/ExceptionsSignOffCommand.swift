import ArgumentParser
import Migration
import Plan

/// Signs a context off.
struct ExceptionsSignOffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signoff",
        abstract: "Sign a context off, and freeze what that rests on.",
        discussion: """
            The context's owner or one of its approvers says that both sides hold the same facts. The newest \
            pass must have judged everything, every difference must have been waived or accepted by \
            somebody else, and at least one total that does not use the mapping must agree. The rules, the \
            pass, the totals and every exception with what was decided are written as JSON and as one page \
            for people; the audit chain keeps their digest. `banyan certificate verify` checks either file.

            The files hold values of rows. Exit code 2, with every reason, when it cannot be signed.

            Example:
              banyan exceptions signoff plan.yaml --context endorsement --out evidence \
                --as actuarial-lead --because "the year is complete"
            """)

    @OptionGroup var plan: PlanArgument
    @OptionGroup var choice: ContextChoice
    @Option(help: ArgumentHelp("Where the two files are put.", valueName: "folder"), completion: .directory)
    var out: String
    @Option(help: ArgumentHelp("The first day that it is about, as in 2029-01-01.", valueName: "day"))
    var from: Day?
    @Option(help: ArgumentHelp("The last day that it is about.", valueName: "day")) var to: Day?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        try actor.requireReason()
        if let from, let to, from.start >= to.end { throw ValidationError("--from is after --to") }
    }

    func run() throws {
        try output.perform { terminal in
            let plan = try plan.checked()
            let desk = SignOffDesk(plan: plan)
            let scope = SignOffDesk.Scope(from: from?.start, until: to?.end)
            for context in try choice.contexts(of: plan) {
                let signed = try desk.sign(
                    context, scope, into: out, by: actor.actor, because: actor.because ?? "")
                if output.isJSON {
                    try terminal.line([
                        "context": .string(context.name), "certificate": .count(signed.evidence.body.pass),
                        "exceptions": .count(signed.evidence.body.exceptions.count),
                        "digest": .string(signed.evidence.digest), "json": .string(signed.json),
                        "page": .string(signed.page),
                    ])
                    continue
                }
                try terminal.line(
                    "\(terminal.paint.bold(context.name.escapedForTerminal))  "
                        + terminal.paint.good("signed off")
                        + " by \(signed.evidence.body.signedBy.escapedForTerminal)")
                try terminal.line("  digest \(signed.evidence.digest)")
                try terminal.line("  for programs  \(signed.json.escapedForTerminal)")
                try terminal.line("  for people    \(signed.page.escapedForTerminal)")
            }
            return .done
        }
    }
}
