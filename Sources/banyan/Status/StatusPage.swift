import Apply
import Capture
import ChangeLog
import Foundation
import Migration
import Model

/// A migration's status on one screen.
struct StatusPage {
    let status: MigrationStatus
    /// How old the status is, in microseconds; nil when it was made just now.
    let age: Int64?
    let isRunning: Bool

    init(_ status: MigrationStatus, age: Int64?, isRunning: Bool) {
        self.status = status
        self.age = age
        self.isRunning = isRunning
    }

    /// The page for people.
    func text(_ paint: Colors) -> String {
        var text = paint.bold(status.migration.escapedForTerminal) + "  " + headline(paint) + "\n"
        for (name, capture) in status.captures.sorted(by: { $0.key < $1.key }) {
            text += "\n" + self.text(name, capture, paint)
        }
        text +=
            "log        \(Measure.count(Int(clamping: status.logEnd), "record")), "
            + "\(Measure.bytes(status.logBytes))\n"
        for context in status.contexts { text += "\n" + self.text(context, paint) }
        return text
    }

    private func headline(_ paint: Colors) -> String {
        let ago = age.map { ", status \(Measure.time(microseconds: max(0, $0))) old" } ?? ""
        if status.state == "halted" {
            return paint.bad("halted") + ": a part has stopped and needs a person\(ago)"
        }
        if isRunning {
            let hasHalted = status.contexts.contains(where: \.apply.isHalted)
            return
                (hasHalted
                ? paint.bad("running, and a context has stopped and needs a person") : paint.good("running"))
                + " (process \(status.process), \(Measure.bytes(status.peakMemory)) at the most\(ago))"
        }
        let last = status.state == "stopped" ? "it was stopped" : "it ended without saying so"
        return paint.warn("the engine is not running") + ": \(last)\(ago); start it with `banyan run`"
    }

    private func text(_ name: String, _ capture: CaptureSummary, _ paint: Colors) -> String {
        var text =
            "capture    \(name): \(capture.phase)".escapedForTerminal + ", position \(capture.durable), "
        text += "backlog \(Measure.count(capture.backlog)), \(Measure.count(capture.rows)) rows"
        if capture.throttle != "none" {
            text += ", " + paint.warn("throttled: \(capture.throttle.escapedForTerminal)")
        }
        text += "\n"
        if let retention = capture.retention { text += "  " + self.text(retention, capture, paint) + "\n" }
        if let failure = capture.failure { text += "  " + paint.bad(failure.escapedForTerminal) + "\n" }
        var columns = TextColumns(right: [1, 2])
        for table in capture.backfill {
            let total = max(table.rowsDone, table.rowsEstimated ?? 0)
            let share = table.isDone ? 1 : total == 0 ? 0 : Double(table.rowsDone) / Double(total)
            let rest =
                table.isDone
                ? "done"
                : "\(Measure.count(Int(table.rowsPerSecond))) rows/s, ETA "
                    + (table.remaining.map { Measure.seconds(Int($0.components.seconds)) } ?? "N/A")
            columns.add(
                table.table.escapedForTerminal, "\(Measure.count(table.rowsDone))/\(Measure.count(total))",
                "\(Measure.fixed(share * 100, 1))%", rest)
        }
        return text + columns.text(indent: "  history  ")
    }

    /// Less time than this until a source gives up what it keeps is shown as an alarm.
    private static let urgentSeconds = 24 * 3600

    private func text(_ retention: SourceRetention, _ capture: CaptureSummary, _ paint: Colors) -> String {
        var text = "retained \(Measure.bytes(retention.bytes)) of the source's log"
        let grows = (capture.retentionGrowth ?? 0) >= 1
        if grows { text += ", growing by \(Measure.bytes(Int(capture.retentionGrowth ?? 0)))/s" }
        if let budget = capture.retentionBudget {
            text += self.text(budget, retention, capture, paint)
        }
        guard let room = retention.room else {
            if capture.retentionBudget?.action == .release { return text }
            let words = ", without a limit: it can fill the source's disk"
            return text + (grows ? paint.warn(words) : words)
        }
        text += ", room for \(Measure.bytes(room))"
        guard let seconds = capture.retentionFullIn else { return text }
        let words = ", full in \(Measure.seconds(Int(clamping: seconds))) at this rate"
        return text + (seconds < Self.urgentSeconds ? paint.bad(words) : words)
    }

    private func text(
        _ budget: RetentionBudget, _ retention: SourceRetention, _ capture: CaptureSummary, _ paint: Colors
    ) -> String {
        let allowed = Measure.bytes(budget.bytes)
        if retention.bytes > budget.bytes { return ", " + paint.bad("more than the \(allowed) of the plan") }
        let text = ", \(allowed) are allowed"
        guard let seconds = capture.retentionBudgetIn else { return text }
        let then = budget.action == .release ? ", then the slot is dropped" : ""
        let words = ", reached in \(Measure.seconds(Int(clamping: seconds))) at this rate\(then)"
        return text + (seconds < Self.urgentSeconds ? paint.bad(words) : words)
    }

    private func text(_ context: MigrationStatus.Context, _ paint: Colors) -> String {
        let apply = context.apply
        let lag = context.lag.map { Measure.time(microseconds: $0) } ?? "unknown"
        var text = "context    \(paint.bold(context.name.escapedForTerminal)): phase \(context.phase), "
        text += "writer \(context.writer.escapedForTerminal), lag \(lag)\n"
        if apply.isHalted {
            text += "  " + paint.bad("halted: \(apply.problem?.escapedForTerminal ?? "")") + "\n"
        } else if let problem = apply.problem {
            text += "  " + paint.warn(problem.escapedForTerminal) + "\n"
        }
        if let ledger = apply.ledger {
            text += "  applied  record \(ledger.offset), position \(ledger.position), epoch \(ledger.epoch), "
            text += "mapping \(ledger.mapping.prefix(12))\n"
        }
        let counts = apply.counts
        text +=
            "  so far   \(Measure.count(counts.written, "aggregate")) written, "
            + "\(Measure.count(counts.removed)) removed, "
        text += "\(Measure.count(counts.events, "event"))"
        if let relayed = status.relayed[context.name], relayed > 0 {
            text += " (\(Measure.count(relayed)) handed on)"
        }
        text += "\n"
        if let half = apply.freshness.quantile(0.5), let most = apply.freshness.quantile(0.99) {
            text +=
                "  fresh    p50 \(Measure.time(microseconds: half)), "
                + "p99 \(Measure.time(microseconds: most))\n"
        }
        let reasons = context.quarantine.sorted { $0.key < $1.key }
            .map { "\($0.key.escapedForTerminal) \(Measure.count($0.value))" }
        let aside = Measure.count(apply.quarantinedKeys, "key")
        text += "  aside    " + (apply.quarantinedKeys == 0 ? "none" : paint.warn(aside))
        if !reasons.isEmpty { text += " (entries: \(reasons.joined(separator: ", ")))" }
        if apply.pendingKeys > 0 { text += ", \(Measure.count(apply.pendingKeys)) wait for another row" }
        text += "\n"
        if let problem = context.relayProblem {
            text += "  events   " + paint.warn("cannot be handed on: \(problem.escapedForTerminal)") + "\n"
        }
        return text
    }
}
