import Audit
import Foundation
import Insurer
import Migration

extension DemoScript {
    /// Has both systems compared by somebody who knows nothing of Banyan.
    func judge() throws {
        story.chapter("The judge knows nothing of Banyan")
        let verdict = try Verdict(of: folder)
        let findings = verdict.findings
        report.aggregates = verdict.aggregates
        report.quarantined = verdict.quarantined
        report.missing = findings.missing
        report.extra = findings.extra
        report.different =
            findings.different + findings.missingParts + findings.extraParts + findings.differentParts
        report.duplicateEvents = verdict.duplicateEvents
        report.historicalEvents = findings.historicalEvents
        report.missingEvents = findings.missingEvents
        report.relayedEvents = verdict.relayedEvents
        report.lostAcknowledged = findings.lostAcknowledged
        report.acknowledgedOperations = findings.acknowledgedOperations
        report.otherFindings = otherFindings(verdict)
        story.say(
            """
            What the service should hold was worked out by SQL that was written from the old system's \
            documents, without the plan. The clerks' notes were held against both databases.
            """)
        story.table([
            ("endorsements compared", findings.compared.grouped),
            ("missing · extra · different", "\(report.missing) · \(report.extra) · \(report.different)"),
            ("acknowledged operations", findings.acknowledgedOperations.grouped),
            ("of them lost", "\(report.lostAcknowledged)"),
            ("events published", verdict.relayedEvents.grouped),
            (
                "twice · about the past · missing",
                "\(report.duplicateEvents) · \(report.historicalEvents) · \(report.missingEvents)"
            ),
            ("set aside for a person", setAside(verdict)),
        ])
        if report.missingEvents > 0 {
            story.say(
                """
                Events are missing where an endorsement was made before the history of its policy had been \
                read, and where the next transaction took back what one had done: the service's rows are \
                right, but nobody was told how they came about.
                """)
        }
        guard !verdict.isClean else { return }
        for line in verdict.description.split(separator: "\n") { story.say(String(line)) }
    }

    /// Asks for a certificate, and has it checked as a third party would.
    func certify() throws {
        story.chapter("A piece of paper")
        // A server's log moves on by itself; only an engine that runs can say that it has seen all of it.
        if settings.isOnServers { try engine.start() }
        let text = try issueCertificate(folder)
        try engine.stop()
        try Data(text.utf8).write(to: URL(filePath: folder.certificate))
        let verdict = Certificate.check(text: text)
        report.certificate = verdict.word
        story.say(
            """
            Banyan compared both systems itself, and wrote down what it read, chunk by chunk, and what it \
            found, so that an auditor needs no database to check it. Verdict: \(verdict.word).
            """)
        if case .reject(let reasons) = verdict { for reason in reasons { story.say("· \(reason)") } }
    }

    /// Has the audit chain checked as an auditor would: with the public half of the key, and against the ends
    /// that were kept beside the store.
    func audit() throws {
        story.chapter("Who did what")
        let place = ControlPlace(
            try PlanReading.declared(path: folder.plan, environment: [:]).requireDeclarations())
        let kept = try HeadsFile(path: folder.auditHeads).read()?.heads ?? []
        guard let store = try place.openExisting(),
            let verdict = try AuditCheck.run(
                on: store, kept: kept, trusted: try AuditKey(path: folder.auditKey).publicKey)
        else { throw DemoError(.file, "there is no audit chain", hint: "Keep the folder and look into it.") }
        let entries = verdict.head.entries
        let isSound = verdict.isWhole && verdict.signedThrough == entries && verdict.openIntentions.isEmpty
        report.audit = isSound ? "verified" : "changed"
        story.say(
            """
            Every run and every decision is an entry of a chain: who, what, why, and the digest of the entry \
            before. It has \(entries) entries, the last one is signed, and it was held against \
            \(verdict.headsCompared) ends that were kept elsewhere. A run that was killed has been concluded \
            by the one after it. Verdict: \(report.audit).
            """)
        for problem in verdict.problems { story.say("· \(problem)") }
    }

    /// The last words.
    func tellTheEnd() {
        story.chapter(report.isSuccess ? "Nothing lost, nothing doubled" : "Something is wrong")
        story.say(
            """
            \(report.sourceTransactions.grouped) transactions, \(report.kills) kills, \
            \(report.aggregates.grouped) endorsements, \(report.seconds) seconds, \(report.peakRssMb) MB \
            at the most.
            """)
        story.say("What was signed is in \(evidence).")
        if settings.isKept || settings.folder != nil {
            if settings.isOnServers {
                story.say("Everything is in \(folder.path); its servers are stopped.")
            } else {
                story.say("Everything is in \(folder.path): look around with sqlite3, or with")
                story.say("`banyan status \(folder.plan)`.")
            }
        }
    }

    private func setAside(_ verdict: Verdict) -> String {
        if verdict.quarantined.isEmpty { return "nothing" }
        return verdict.quarantined.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    /// What is wrong and has no field of its own in the report.
    private func otherFindings(_ verdict: Verdict) -> [String: Int] {
        let findings = verdict.findings
        let counts = [
            "not_quarantined": findings.notQuarantined, "wrongly_quarantined": findings.wronglyQuarantined,
            "totals": findings.totals, "failed_but_visible": findings.failedButVisible,
            "unexplained": findings.unexplained,
            "set_aside_but_gone": verdict.orphans, "undelivered_events": verdict.undeliveredEvents,
        ]
        return counts.filter { $0.value > 0 }
    }
}
