import Apply
import Capture
import Foundation
import Migration
import Plan

/// Shows a run while it goes on: a bar on a terminal, a line now and then elsewhere, JSON lines for programs.
struct RunProgress {
    private let terminal: Terminal
    private let isJSON: Bool
    private let started = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant?
    private var copyEnded: ContinuousClock.Instant?
    /// The width of the line that the terminal shows now.
    private var shownWidth = 0

    init(terminal: Terminal, isJSON: Bool) {
        self.terminal = terminal
        self.isJSON = isJSON
    }

    /// Says what begins.
    func begin(_ plan: CheckedPlan) {
        guard !isJSON else { return }
        let contexts = plan.contexts.map { "\($0.name) (\($0.legacy) to \($0.service))" }
        say(
            "running \(plan.name): \(contexts.joined(separator: ", ")); "
                + "mapping version \(plan.digest.prefix(12))\n"
        )
        for warning in plan.warnings {
            say("warning: \(warning.location): \(warning.message.escapedForTerminal)\n")
        }
    }

    /// Shows a status, when it is time for one.
    mutating func show(_ status: MigrationStatus) {
        let line = StatusLine(status)
        if line.isCopied, copyEnded == nil { copyEnded = ContinuousClock.now }
        guard isDue || status.state != "running" else { return }
        lastShown = ContinuousClock.now
        let copied = seconds(until: copyEnded ?? ContinuousClock.now)
        if isJSON {
            say(StatusPage(status, age: nil, isRunning: status.state == "running").json.line + "\n")
        } else if terminal.isInteractive {
            redraw(
                line.bar(
                    total: seconds(until: .now), copy: copied, width: terminal.width, paint: terminal.paint))
        } else {
            say(line.text(total: seconds(until: .now), copy: copied) + "\n")
        }
    }

    /// Says why the run waits, or that it no longer does.
    func showWaiting(_ words: String?) {
        if isJSON {
            say(JSONValue.object([("waiting", .optional(words))]).line + "\n")
        } else {
            say(
                (terminal.isInteractive ? "\n" : "") + (words.map { "waiting: \($0)" } ?? "waiting is over")
                    + "\n")
        }
    }

    /// Says how it ended.
    func end(_ status: MigrationStatus) {
        guard !isJSON else { return }
        if terminal.isInteractive { say("\n") }
        let written = status.contexts.reduce(0) { $0 + $1.apply.counts.written }
        let aside = status.contexts.reduce(0) { $0 + $1.apply.quarantinedKeys }
        let events = status.relayed.values.reduce(0, +)
        var text =
            "stopped after \(Measure.seconds(seconds(until: .now))): "
            + "\(Measure.count(written, "aggregate")) written"
        if events > 0 { text += ", \(Measure.count(events, "event")) handed on" }
        if aside > 0 {
            text += ", \(Measure.count(aside, "key")) in quarantine (see `banyan quarantine list`)"
        }
        say(text + "\n")
    }

    /// Every second in the first minute, every five in the first three, every thirty after that; four times a
    /// second for a bar.
    private var isDue: Bool {
        guard let lastShown else { return true }
        if terminal.isInteractive, !isJSON { return true }
        let total = seconds(until: .now)
        let pause = total < 60 ? 1.0 : total < 180 ? 5 : 30
        // A status comes every quarter of a second: half of that early is on time.
        return (ContinuousClock.now - lastShown) / .seconds(1) > pause - 0.125
    }

    private func seconds(until end: ContinuousClock.Instant) -> Int {
        Int(started.duration(to: end).components.seconds)
    }

    private mutating func redraw(_ line: String) {
        let width = line.filter { !$0.isNewline }.count
        say("\r" + line + String(repeating: " ", count: max(0, shownWidth - width)))
        shownWidth = width
    }

    private func say(_ text: String) {
        do {
            try terminal.write(text)
        } catch {
            // Nobody reads any more: the engine does not depend on it, and `banyan status` shows the same.
            return
        }
    }
}
