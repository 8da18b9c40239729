import Apply
import Foundation
import Insurer
import Migration

extension DemoScript {
    /// Makes the old system up.
    func meetTheMonolith() throws {
        story.chapter("An old system")
        let summary = try folder.prepare(policies: settings.policies, seed: settings.seed)
        try folder.signAudit()
        transactionsBefore = try committedTransactions()
        report.policies = summary.policies
        story.say(
            """
            An insurer's policy administration, thirty years old: \(summary.policies.grouped) policies, \
            \(summary.versions.grouped) versions, \(summary.endorsements.grouped) of them endorsements \
            (changes to a running policy), \(summary.approvals.grouped) decisions on them.
            """)
        if settings.isOnServers {
            story.say("It is on a PostgreSQL server of its own, and so will be what comes after it.")
        }
        story.say(
            """
            It is as such systems are: dates are text, one region writes free text where a code belongs, \
            numbers of purged policies are given out again, some names carry two kinds of umlauts, and a \
            few rows nobody can explain.
            """)
        story.say(
            """
            Endorsements shall become a service with a database of its own. What becomes of every old code \
            stands in one file, \(folder.plan). The old system must not stop for it: not for a night, not \
            for a second.
            """)
    }

    /// Starts the engine, and then lets people in.
    func openTheDoors() throws {
        story.chapter("The mirror goes up while everybody works")
        try engine.start()
        // Capture comes first, so that it is complete for everything that happens from now on.
        try Wait.until("the start of capture", within: .seconds(60)) {
            guard let status = try engine.status() else { return false }
            return status.captures.values.contains { $0.phase == "running" }
        }
        let capture =
            settings.isOnServers
            ? "It reads every change to the old tables from their server's own log"
            : "It records every change to the old tables in the very transaction that makes it"
        story.say(
            """
            The engine runs (process \(engine.process?.id ?? 0)). \(capture), and reads the past beside it, \
            chunk by chunk, without locking anybody out.
            """)
        try startWriter()
        story.say(
            """
            The clerks are at their desks (process \(writer?.id ?? 0)): about \(Int(settings.rate)) \
            transactions a second. They book, correct, withdraw, renumber, and now and then roll \
            everything back. Of each they keep a note outside both databases, which will be held against \
            the result in the end.
            """)
        try Wait.until("the first transactions", within: .seconds(60)) {
            try checkWriter()
            return try committedTransactions() > 0
        }
    }

    /// Kills the engine while it reads history.
    func killWhileHistoryIsRead() throws {
        story.chapter("The engine is killed, again and again")
        story.say(
            """
            Not stopped: killed, with a signal that no process can notice, at moments drawn from the \
            machine's entropy. Whatever it was doing is cut in the middle.
            """)
        // A small history is read quickly: about so long for each policy.
        let reading = min(.milliseconds(600), max(.milliseconds(5), .microseconds(30) * settings.policies))
        for _ in 0..<max(1, settings.kills / 3) {
            var isTooLate = false
            try watch("the reading of history", within: .seconds(120)) { status in
                isTooLate = Engine.holdsHistory(status)
                return isTooLate || status.captures.values.contains { $0.phase == "running" }
            }
            if isTooLate {
                return story.say("So small a history was read before its moment came; the kills come later.")
            }
            try killSometime(within: reading)
        }
    }

    /// Waits until the whole past is in the service.
    func waitForHistory() throws {
        try watch("the end of the past", within: .seconds(600)) { Engine.holdsHistory($0) }
        let count = Int(
            try InsurerAddress.open(folder.service).integer("SELECT COUNT(*) FROM endorsement") ?? 0)
        story.say(
            """
            The past is over: the service holds \(count.grouped) endorsements, and from here on it follows \
            what the clerks do.
            """)
    }

    /// Kills the engine at some moment of the time that begins now, and starts it again.
    func killSometime(within phase: Duration) throws {
        let moment = RandomMoment(within: phase)
        let due = ContinuousClock.now + moment.delay
        try watch("a random moment", within: phase + .seconds(5)) { _ in ContinuousClock.now >= due }
        let process = engine.process?.id ?? 0
        try engine.kill()
        let kill = engine.kills.last
        let when = (moment.delay / .milliseconds(1)).rounded(to: 1)
        let scene = kill?.duringBackfill == true ? "history was being read" : "it followed the clerks"
        try engine.start()
        story.say(
            """
            Killed process \(process) after \(when) ms, while \(scene). Process \
            \(engine.process?.id ?? 0) takes over.
            """
        )
        try watch("the engine's recovery", within: .seconds(60)) { status in
            status.captures.values.contains { $0.phase == "running" }
                && status.contexts.allSatisfy { $0.apply.ledger != nil }
        }
    }
}
