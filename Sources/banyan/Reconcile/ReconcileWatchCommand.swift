import ArgumentParser
import ChangeLog
import Migration
import Model
import Plan
import Reconcile

/// Runs one pass after the other, and says what changes.
struct ReconcileWatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Run one pass after the other, and say what each found.",
        discussion: """
            A line for each pass and context, until Ctrl-C or SIGTERM, which end it after the pass that is \
            under way. A pass that cannot compare says why, and the next one tries again. Exit code as of \
            `banyan reconcile run`, by the last pass.

            Examples:
              banyan reconcile watch plan.yaml --every 300
              banyan reconcile watch plan.yaml --passes 2 --format json
            """)

    @OptionGroup var pass: PassOptions
    @Option(help: "Seconds between two passes.") var every = 60
    @Option(help: "Stop after so many passes.") var passes: Int?

    func validate() throws {
        guard (1...86_400).contains(every) else {
            throw ValidationError("--every takes seconds from 1 to 86400")
        }
        if let passes, passes < 1 { throw ValidationError("--passes takes a number from 1 on") }
    }

    func run() throws {
        let gate = StopGate()
        StopSignals.watch { gate.close() }
        try pass.output.perform { terminal in
            let plan = try pass.plan.checked()
            let contexts = try pass.choice.contexts(of: plan)
            let issuer = CertificateIssuer(plan: plan, patience: .seconds(pass.wait))
            var status = ExitStatus.done
            var count = 0
            repeat {
                count += 1
                status = .done
                for context in contexts where !gate.isClosed {
                    let found = try line(context, issuer, terminal)
                    if status != .mismatch, found != .done { status = found }
                }
            } while count < passes ?? .max && gate.wait(seconds: every)
            return status
        }
    }

    /// Runs a pass over one context and writes its line.
    private func line(
        _ context: CheckedContext, _ issuer: CertificateIssuer, _ terminal: Terminal
    ) throws -> ExitStatus {
        let now = WallClock.system.microseconds()
        do {
            let issued = try issuer.issue(context, by: pass.actor.actor, because: pass.actor.because)
            let verdict = ReconcilePage.verdict(issued.certificate)
            let worst = issued.levels.map(\.level).max() ?? .ok
            if pass.output.isJSON {
                try terminal.line([
                    "at": .time(now), "context": .string(context.name), "verdict": .string(verdict),
                    "certificate": .count(issued.number), "frontier": .optional(issued.report.frontier.value),
                    "differences": .count(
                        issued.report.discrepancies.count + issued.report.discrepanciesMore),
                    "level": .string(worst.rawValue), "reason": .null,
                ])
            } else {
                let found = issued.report.discrepancies.count + issued.report.discrepanciesMore
                let words = verdict == "equal" ? terminal.paint.good(verdict) : terminal.paint.bad(verdict)
                let level = worst == .ok ? "" : "  " + terminal.paint.bad(worst.rawValue)
                try terminal.line(
                    "\(Measure.moment(now))  \(context.name.escapedForTerminal)  \(words) at "
                        + "\(issued.report.frontier)  \(Measure.count(found, "difference"))\(level)")
            }
            return ReconcilePage.status(issued.certificate)
        } catch let error as MigrationError where error.code == .notComparable {
            if pass.output.isJSON {
                try terminal.line([
                    "at": .time(now), "context": .string(context.name),
                    "verdict": .string("not comparable yet"), "certificate": .null, "frontier": .null,
                    "differences": .null, "level": .null, "reason": .string(error.message),
                ])
            } else {
                try terminal.line(
                    "\(Measure.moment(now))  \(context.name.escapedForTerminal)  "
                        + "\(terminal.paint.bad("not comparable yet")): \(error.message.escapedForTerminal)")
            }
            return .inconclusive
        }
    }
}
