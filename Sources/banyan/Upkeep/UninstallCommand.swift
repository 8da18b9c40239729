import ArgumentParser
import ChangeLog
import Foundation
import Migration
import Plan

/// Removes what capture put into a legacy system.
struct UninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Remove Banyan's triggers and journal from the legacy systems.",
        discussion: """
            Everything is removed by its name and in one transaction; no table of the application is \
            touched. Afterwards changes are no longer captured, and a later run cannot go on from where this \
            one ended. What Banyan keeps in the services' stores and in its own folders stays.

            Examples:
              banyan uninstall plan.yaml --dry-run
              banyan uninstall plan.yaml
            """)

    @OptionGroup var plan: PlanArgument
    @Flag(help: "Say what would be removed, and remove nothing.") var dryRun = false
    @OptionGroup var actor: ActorOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            let declarations = try plan.declared()
            let systems = Systems(
                declarations.systems.map(SystemDeclaration.init(text:)),
                migration: declarations.migration.value)
            for name in Set(declarations.contexts.map(\.from.value)).sorted() {
                let objects: [String]
                if dryRun {
                    objects = try systems.captureObjects(in: name)
                } else {
                    try requireNoEngine(declarations, system: name)
                    objects = try systems.removeCapture(
                        from: name, recordedAt: ControlPlace(declarations), by: actor.actor,
                        because: actor.because)
                }
                try show(objects, system: name, terminal)
            }
            return .done
        }
    }

    private func show(_ objects: [String], system: String, _ terminal: Terminal) throws {
        guard !output.isJSON else {
            try terminal.line([
                "system": .string(system), "dry_run": .bool(dryRun),
                "objects": .array(objects.map(JSONValue.string)),
            ])
            return
        }
        guard !objects.isEmpty else {
            try terminal.line("\(system.escapedForTerminal): nothing of Banyan's is there")
            return
        }
        let verb = dryRun ? "would remove" : "removed"
        try terminal.line("\(system.escapedForTerminal): \(verb) \(Measure.count(objects.count, "object"))")
        for object in objects { try terminal.line("  \(object.escapedForTerminal)") }
    }

    /// The log's lock is free only while no engine runs.
    private func requireNoEngine(_ declarations: PlanDeclarations, system: String) throws {
        let path = declarations.log.folder.reveal { $0 } + "/\(system).log"
        guard FileManager.default.fileExists(atPath: path) else { return }
        try EmbeddedLog(path: path).writer().close()
    }
}
