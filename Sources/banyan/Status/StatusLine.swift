import Apply
import Capture
import ChangeLog
import Foundation
import Migration

/// A migration's status on one line, in the words that users of this field know.
struct StatusLine {
    private let status: MigrationStatus
    private let rowsDone: Int
    private let rowsTotal: Int

    init(_ status: MigrationStatus) {
        self.status = status
        let tables = status.captures.values.flatMap(\.backfill)
        rowsDone = tables.reduce(0) { $0 + $1.rowsDone }
        rowsTotal = tables.reduce(0) { $0 + max($1.rowsDone, $1.isDone ? 0 : $1.rowsEstimated ?? 0) }
    }

    /// Whether the history is in the log and applied.
    var isCopied: Bool {
        let tables = status.captures.values.flatMap(\.backfill)
        return !tables.isEmpty && tables.allSatisfy(\.isDone) && backlog == 0
    }

    /// `Copy: 30713/43138 71.2%; Applied: 381910; Backlog: 12; Time: 2h06m30s(total), 2h03m20s(copy); …`
    func text(total: Int, copy: Int) -> String {
        var parts = [
            "Copy: \(rowsDone)/\(rowsTotal) \(Measure.fixed(share * 100, 1))%", "Applied: \(applied)",
            "Backlog: \(backlog)", "Time: \(Measure.seconds(total))(total), \(Measure.seconds(copy))(copy)",
            "streamer: " + streamers, "Lag: \(lag)", "State: \(state)", "ETA: \(eta)",
        ]
        if quarantined > 0 { parts.insert("Quarantine: \(quarantined)", at: 3) }
        return parts.joined(separator: "; ")
    }

    /// The same for a terminal: a bar and what matters, in at most `width` columns.
    func bar(total: Int, copy: Int, width: Int, paint: Colors) -> String {
        var parts = ["\(Measure.fixed(share * 100, 1))%", state, "lag \(lag)"]
        if !isCopied, rowsDone < rowsTotal { parts.append("ETA \(eta)") }
        if !isCopied, rowsDone == rowsTotal, rowsTotal > 0 {
            parts.append("\(Measure.count(backlog)) to apply")
        }
        if quarantined > 0 { parts.append("quarantine \(Measure.count(quarantined))") }
        parts += [Measure.seconds(total), "\(Measure.count(rowsDone)) rows"]
        let text = " " + parts.joined(separator: "  ")
        let cells = max(8, min(30, width - text.count - 1))
        let filled = Int(share * Double(cells))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
        return paint.good(bar) + text.shortened(to: max(10, width - cells - 1))
    }

    private var share: Double { rowsTotal == 0 ? 0 : Double(rowsDone) / Double(rowsTotal) }

    private var applied: Int {
        status.contexts.reduce(0) { $0 + $1.apply.counts.changes + $1.apply.counts.historicalRows }
    }

    /// Changes that wait in the source, and log records that the slowest context has not applied.
    private var backlog: Int {
        let waiting = status.captures.values.reduce(0) { $0 + $1.backlog }
        let slowest = status.contexts.map { $0.apply.ledger?.offset.value ?? 0 }.min() ?? 0
        return waiting + Int(clamping: status.logEnd - min(slowest, status.logEnd))
    }

    private var quarantined: Int { status.contexts.reduce(0) { $0 + $1.apply.quarantinedKeys } }

    private var streamers: String {
        status.captures.sorted { $0.key < $1.key }.map { "\($0.value.durable)" }.joined(separator: ",")
    }

    private var lag: String {
        let lags = status.contexts.compactMap(\.lag)
        guard let most = lags.max() else { return "unknown" }
        return "\(Measure.fixed(Double(most) / 1e6, 2))s"
    }

    private var state: String {
        if status.state != "running" { return status.state }
        if let waiting = status.captures.values.first(where: { $0.throttle != "none" }), !isCopied {
            return "throttled, \(waiting.throttle)"
        }
        if let problem = status.captures.values.first(where: { $0.phase == "retrying" }) {
            return "retrying, \(problem.failure?.escapedForTerminal ?? "the source is busy")"
        }
        return isCopied ? "following" : rowsDone > 0 && rowsDone == rowsTotal ? "catching up" : "copying"
    }

    private var eta: String {
        if isCopied { return "due" }
        let tables = status.captures.values.flatMap(\.backfill).filter { !$0.isDone }
        let remaining = tables.compactMap(\.remaining)
        guard !remaining.isEmpty, remaining.count == tables.count else { return "N/A" }
        return Measure.seconds(Int(remaining.reduce(.zero, +).components.seconds))
    }
}
