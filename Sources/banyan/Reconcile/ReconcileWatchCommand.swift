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
            under way. A pass that cannot compare, or fails because a server is away, says why, and the \
            next one tries again. Exit code as of `banyan reconcile run`, by the last round that compared \
            every context.

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
            // Nothing is known before a round is complete.
            var status = ExitStatus.inconclusive
            var count = 0
            repeat {
                count += 1
                var round: [ExitStatus] = []
                for context in contexts where !gate.isClosed {
                    round.append(try line(context, issuer, terminal))
                }
                if round.count == contexts.count || round.contains(.mismatch) {
                    status = round.contains(.mismatch) ? .mismatch : round.last { $0 != .done } ?? .done
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
        let issued: CertificateIssuer.Issued
        do {
            issued = try issuer.issue(context, by: pass.actor.actor, because: pass.actor.because)
        } catch {
            // Whatever it is, it may be over when the next pass begins.
            let failure = FailureReport(error)
            try line(context, failure, at: now, terminal)
            return switch failure.kind {
            case .failed: .error
            case .refused: .refused
            case .inconclusive: .inconclusive
            }
        }
        let verdict = ReconcilePage.verdict(issued.certificate)
        let worst = issued.certificate.body.compared.compactMap(\.level).max() ?? .ok
        let found = issued.report.discrepancies.count + issued.report.discrepanciesMore
        if pass.output.isJSON {
            try terminal.line([
                "at": .time(now), "context": .string(context.name), "verdict": .string(verdict),
                "certificate": .count(issued.number), "frontier": .optional(issued.report.frontier.value),
                "differences": .count(found), "level": .string(worst.rawValue), "reason": .null,
            ])
        } else {
            let words = verdict == "equal" ? terminal.paint.good(verdict) : terminal.paint.bad(verdict)
            let level = worst == .ok ? "" : "  " + terminal.paint.bad(worst.rawValue)
            try terminal.line(
                "\(Measure.moment(now))  \(context.name.escapedForTerminal)  \(words) at "
                    + "\(issued.report.frontier)  \(Measure.count(found, "difference"))\(level)")
        }
        return ReconcilePage.status(issued.certificate)
    }

    /// Writes why a pass could not compare.
    private func line(
        _ context: CheckedContext, _ failure: FailureReport, at now: Int64, _ terminal: Terminal
    ) throws {
        guard pass.output.isJSON else {
            return try terminal.line(
                "\(Measure.moment(now))  \(context.name.escapedForTerminal)  "
                    + "\(terminal.paint.bad("not comparable yet")): \(failure.message.escapedForTerminal)")
        }
        try terminal.line([
            "at": .time(now), "context": .string(context.name), "verdict": .string("not comparable yet"),
            "certificate": .null, "frontier": .null, "differences": .null, "level": .null,
            "reason": .string(failure.message),
        ])
    }
}
