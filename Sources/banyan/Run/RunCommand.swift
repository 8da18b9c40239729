import ArgumentParser
import Foundation
import Migration
import Plan

/// Runs a migration.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a migration: capture, translate, apply, and hand events on.",
        discussion: """
            Installs capture in the legacy system, reads its history while it lives, and follows it. Stop it \
            with Ctrl-C or SIGTERM at any time: what is durable stays so, and the next run goes on from \
            there. A second engine on the same state is refused with exit code 2; where the control store is \
            in PostgreSQL, it waits, and takes over when the first is gone.

            Examples:
              banyan run plan.yaml
              banyan run plan.yaml --until caught-up
              banyan run plan.yaml --events events.jsonl --webhook http://localhost:8080/events
            """)

    /// When a run ends by itself.
    enum Until: String, CaseIterable, ExpressibleByArgument {
        /// Once all history and every change committed so far is applied.
        case caughtUp = "caught-up"
    }

    @OptionGroup var plan: PlanArgument
    @Option(help: ArgumentHelp("End once everything committed so far is applied.", valueName: "caught-up"))
    var until: Until?
    @Option(help: "Append events to this file, one JSON object a line.", completion: .file())
    var events: String?
    @Option(help: "Post events to this endpoint as CloudEvents.") var webhook: String?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard let webhook else { return }
        guard let url = URL(string: webhook), ["http", "https"].contains(url.scheme ?? ""),
            url.host?.isEmpty == false
        else { throw ValidationError("--webhook takes an http:// or https:// address") }
    }

    func run() throws {
        try output.perform { terminal in
            let path = plan.path
            let plan = try plan.checked()
            let source = try PlanSource.read(path)
            var options = MigrationEngine.Options()
            options.eventFile = events
            options.actor = actor.actor
            options.reason = actor.because
            options.webhook = webhook.flatMap(URL.init(string:))
            var progress = RunProgress(terminal: terminal, isJSON: output.isJSON)
            options.afterWaiting = {
                guard try PlanSource.read(path) != source else { return }
                throw MigrationError(
                    .planChanged, "the plan was changed while this engine waited, which knows it as it was",
                    hint: "start it again")
            }
            let engine = try MigrationEngine(plan: plan, options: options)
            StopSignals.watch { engine.stop() }
            progress.begin(plan)
            let last = try engine.run(
                until: until == nil ? .forever : .caughtUp, observe: { progress.show($0) },
                waiting: { progress.showWaiting($0) })
            progress.end(last)
            return .done
        }
    }
}
