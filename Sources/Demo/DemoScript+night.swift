import Apply
import Foundation
import Insurer
import Migration

extension DemoScript {
    /// Runs the nightly batch, twice: once as everybody knows it, and once with the step that nobody has
    /// written down.
    func runTheNight() throws {
        story.chapter("The nightly batch does what nobody remembers")
        try startBatch(rerates: false)
        let known = try finishBatch()
        story.say("It tidies addresses: \(known.addresses.grouped) policies rewritten in one transaction.")
        try startBatch(rerates: true)
        try killSometime(within: .milliseconds(400))
        let unknown = try finishBatch()
        story.say(
            """
            Then it works out \(unknown.premiums.grouped) premiums anew, which stands in no document. Code \
            that was taught to write to both systems would have missed that. The engine reads what was \
            committed, whoever wrote it.
            """)
    }

    /// Kills the engine as often as is left.
    func killWhilePeopleWork() throws {
        while engine.kills.count < settings.kills { try killSometime(within: .milliseconds(1_500)) }
        story.say(
            """
            \(engine.kills.count) kills. What a dead engine had not finished did not happen; the next one \
            asks the service's own ledger how far it got, and goes on from there.
            """)
    }

    /// Leaves the engine alone for a while and measures how far behind it is.
    func measureAnOrdinaryHour() throws {
        story.chapter("An ordinary hour")
        try watch("the engine's catching up", within: .seconds(300)) { status in
            Engine.holdsHistory(status) && status.contexts.allSatisfy { ($0.lag ?? .max) < 1_000_000 }
                && status.captures.values.allSatisfy { $0.backlog < 100 }
        }
        let before = try engine.status()?.contexts.first?.apply.freshness ?? LatencyHistogram()
        let transactions = try committedTransactions()
        let wanted = max(200, min(1_000, Int(settings.rate * 5)))
        try watch("an ordinary hour", within: .seconds(120)) { _ in
            try committedTransactions() >= transactions + wanted
        }
        var after = before
        try watch("the measurement", within: .seconds(60)) { status in
            after = status.contexts.first?.apply.freshness ?? before
            return after.count > before.count
        }
        let freshness = after.since(before)
        report.freshnessMsP50 = Self.milliseconds(freshness.quantile(0.5))
        report.freshnessMsP99 = Self.milliseconds(freshness.quantile(0.99))
        story.say(
            """
            From the commit in the old system to the commit in the service: \(report.freshnessMsP50) ms \
            for half of \(freshness.count.grouped) transactions, \(report.freshnessMsP99) ms for 99 of \
            100.
            """)
    }

    /// Lets the day end and the engine finish.
    func sendEverybodyHome() throws {
        story.chapter("The day ends")
        try stopWriter()
        report.sourceTransactions = try committedTransactions()
        story.say(
            "The clerks went home after \(report.sourceTransactions.grouped) transactions, batches included.")
        try freeWhatWasRepaired()
        try engine.stop()
        try engine.start(untilCaughtUp: true)
        try engine.waitForEnd(within: .seconds(300)) { story.progress(Self.line($0)) }
        report.kills = engine.kills.count
        report.killsDuringBackfill = engine.kills.count { $0.duringBackfill }
        report.peakRssMb = (Double(engine.peakMemory) / 1e6).rounded(to: 1)
        report.freshnessWithCrashesMsP99 = Self.milliseconds(engine.endedFreshness.quantile(0.99))
        let log = try LogCount(path: folder.log)
        report.sourceChanges = log.changes
        report.historyRows = log.historicalRows
        report.applied = try appliedChanges(of: log)
        story.say(
            """
            The engine finished what was left and ended by itself: \(log.historicalRows.grouped) rows of \
            history and \(log.changes.grouped) changes since.
            """)
    }

    /// Tries again what was set aside: some of it was repaired in the old system meanwhile.
    private func freeWhatWasRepaired() throws {
        let request = ControlRequest(
            context: "endorsement", action: .replayQuarantine(key: nil, reason: nil, latestOnly: false))
        let answer = try engine.ask(request, within: .seconds(120))
        story.say("What was set aside is tried again, in case somebody repaired it meanwhile: \(answer).")
    }

    /// The changes of the log that the service's ledger covers.
    private func appliedChanges(of log: LogCount) throws -> Int {
        let end = try ServiceLedger(of: folder).offset
        return end >= log.end ? log.changes : try LogCount(path: folder.log, through: end).changes
    }

    private static func milliseconds(_ microseconds: Int64?) -> Double {
        (Double(microseconds ?? 0) / 1_000).rounded(to: 1)
    }
}
