import ArgumentParser
import Foundation
import Migration
import Plan

/// Orders that history is read anew.
struct BackfillRestartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Have history read anew, after changes went unseen.",
        discussion: """
            For when capture has stopped with gap, foreign, tampered or schema_changed: it cannot be sure \
            that it has seen every change. Stop the engine, give this order, and run it again. It then \
            installs what capture needs anew and reads history again, while legacy and the services keep \
            running. Rows that changed meanwhile are put right, rows that were deleted meanwhile are found \
            and removed. All this is history: no event is published for it. What is in the outbox stays, \
            keys of the services stay.

            The order is a note in the log, and the only thing that is written here.

            Examples:
              banyan backfill restart plan.yaml
              banyan backfill restart plan.yaml --system monolith
            """)

    @OptionGroup var plan: PlanArgument
    @Option(help: "Only this legacy system of the plan.") var system: String?
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let declarations = try plan.declared()
            let names = Set(declarations.contexts.map(\.from.value)).sorted()
            if let system, !names.contains(system) {
                throw MigrationError(
                    .notFound, "no context of the plan is made of a system \(system)",
                    hint: "the legacy systems are \(names.joined(separator: ", "))")
            }
            let folder = declarations.log.folder.reveal { $0 }
            let place = ControlPlace(declarations)
            for name in names where system == nil || system == name {
                try BackfillRestart(system: name, logFolder: folder).order(
                    recordedAt: place, by: actor.actor, because: actor.because)
                if output.isJSON {
                    try terminal.line(["system": .string(name), "restart": .bool(true)])
                } else {
                    try terminal.line(
                        "\(name.escapedForTerminal): the next `banyan run` reads its history anew")
                }
            }
            return .done
        }
    }
}
