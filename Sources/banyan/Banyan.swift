import ArgumentParser
import CrashPoints
import Foundation
import Migration

/// The command line: every command of `banyan`.
@main
struct Banyan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "banyan",
        abstract:
            "Moves business facts out of a legacy database into services of their own, one slice at a time.",
        discussion: """
            Start with a plan, check it, run it, and watch it:

              banyan init sqlite:legacy.db --output plan.yaml
              banyan plan check plan.yaml
              banyan run plan.yaml
              banyan status plan.yaml --watch

            Exit codes: 0 done, 1 error, 2 refused, 3 inconclusive, 4 mismatch found, 64 usage.
            Completion for your shell: banyan --generate-completion-script bash|zsh|fish
            """,
        version: BanyanVersion.text,
        groupedSubcommands: [
            CommandGroup(
                name: "See it work",
                subcommands: [DemoCommand.self, DemoWriterCommand.self, DemoBatchCommand.self]),
            CommandGroup(
                name: "Prepare", subcommands: [InitCommand.self, PlanCommand.self, AssessCommand.self]),
            CommandGroup(
                name: "Run",
                subcommands: [
                    RunCommand.self, StatusCommand.self, BackfillCommand.self, UninstallCommand.self,
                ]),
            CommandGroup(
                name: "Look into records",
                subcommands: [WhyCommand.self, QuarantineCommand.self, ReplayCommand.self]),
            CommandGroup(
                name: "Prove",
                subcommands: [
                    ReconcileCommand.self, ExceptionsCommand.self, RepairCommand.self,
                    CertificateCommand.self,
                    AuditCommand.self, SimulateCommand.self,
                ]),
            CommandGroup(name: "This program", subcommands: [VersionCommand.self]),
        ])

    /// Parses and runs, so that wrong usage is reported in the format that was asked for.
    static func main() {
        do {
            try obeyCrashOrder()
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure, UsageFormat.isJSON(CommandLine.arguments) else {
                exit(withError: error)
            }
            Terminal.standardError(UsageFormat.json(message(for: error)))
            Foundation.exit(code.rawValue)
        }
    }

    /// Takes the order to die, fail, wait or stop somewhere that tests leave in the environment.
    private static func obeyCrashOrder() throws {
        do {
            try CrashTrap.arm(from: ProcessInfo.processInfo.environment)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
