import ArgumentParser
import ChangeLog
import Foundation
import Glibc
import Migration
import Plan

/// Says how a migration stands, whether its engine runs or not.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how a migration stands, on one screen.",
        discussion: """
            Reads what the engine last wrote about itself, and says so when no engine runs. Needs neither \
            database, only the control store.

            Examples:
              banyan status plan.yaml
              banyan status plan.yaml --watch
              banyan status plan.yaml --format json
            """)

    @OptionGroup var plan: PlanArgument
    @Flag(name: [.short, .long], help: "Show it again and again until Ctrl-C.") var watch = false
    @Option(help: "Seconds between two looks of --watch.") var interval = 1.0
    @OptionGroup var output: OutputOptions

    /// A status older than this is not from a running engine: one is written four times a second.
    private static let ageMax: Int64 = 10_000_000

    func validate() throws {
        guard interval >= 0.1, interval <= 3600 else {
            throw ValidationError("--interval takes seconds from 0.1 to 3600")
        }
    }

    func run() throws {
        try output.perform { terminal in
            let declarations = try plan.declared()
            guard let control = try ControlPlace(declarations).openExisting() else {
                throw neverRun(declarations)
            }
            while true {
                guard let (status, writtenAt) = try control.status() else { throw neverRun(declarations) }
                try show(status, writtenAt: writtenAt, terminal)
                guard watch else { return .done }
                Thread.sleep(forTimeInterval: interval)
            }
        }
    }

    private func show(_ status: MigrationStatus, writtenAt: Int64, _ terminal: Terminal) throws {
        let age = WallClock.system.microseconds() - writtenAt
        // Of a process on another machine only the age of its words tells. Signal 0 only asks whether the
        // process is there; one of another user is there, too.
        let isElsewhere = status.host.map { $0 != ProcessInfo.processInfo.hostName } ?? false
        let isAlive = isElsewhere || kill(status.process, 0) == 0 || errno == EPERM
        let page = StatusPage(
            status, age: age, isRunning: status.state == "running" && isAlive && age < Self.ageMax)
        if output.isJSON {
            try terminal.line(page.json)
        } else {
            // Home, and clear what follows: the page replaces the one before.
            let start = watch && terminal.isInteractive ? "\u{1B}[H\u{1B}[2J" : ""
            try terminal.write(
                start + page.text(terminal.paint) + (watch && !terminal.isInteractive ? "\n" : ""))
        }
    }

    private func neverRun(_ declarations: PlanDeclarations) -> MigrationError {
        MigrationError(
            .notComparable, "\(declarations.migration.value) was never run",
            hint: "start it with `banyan run`")
    }
}
