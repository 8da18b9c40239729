import ArgumentParser
import Audit
import Migration

/// Ends an intention that was cut short.
struct AuditConcludeCommand: ParsableCommand {
    /// What came of it.
    enum Outcome: String, CaseIterable, ExpressibleByArgument {
        case done, failed, unknown

        var outcome: AuditOutcome {
            switch self {
            case .done: .done
            case .failed: .failed
            case .unknown: .unknown
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "conclude",
        abstract: "Say what came of an action whose process was killed before it could say so.",
        discussion: """
            `banyan audit verify` lists what is under way or was cut short. A run of an engine is concluded \
            by the next one.

            Example:
              banyan audit conclude plan.yaml 12 failed --because "killed by the machine's restart"
            """)

    @OptionGroup var plan: PlanArgument
    @Argument(help: "The number of the entry that says what was intended.") var number: Int
    @Argument(help: ArgumentHelp("What came of it.", valueName: "done|failed|unknown")) var outcome: Outcome
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let place = ControlPlace(try plan.declared())
            guard let store = try place.openExisting() else {
                throw MigrationError(
                    .notFound, "there is no chain yet", hint: "it begins with the first `banyan run`")
            }
            try place.trail(in: store).conclude(
                number, as: outcome.outcome, by: actor.actor, because: actor.because)
            if output.isJSON {
                try terminal.line(["concluded": .count(number), "outcome": .string(outcome.rawValue)])
            } else {
                try terminal.line("entry \(number) is concluded as \(outcome.rawValue)")
            }
            return .done
        }
    }
}
