import Foundation
import Insurer
import Migration

extension DemoScript {
    /// Two systems that hold the same facts come to disagree; what differs is found, decided about, put
    /// right, and signed.
    func settle() throws {
        story.chapter("Two systems that disagree")
        let orders = Orders(folder: folder, program: settings.program)
        try engine.start()
        try mendWhatIsSetAside(orders)
        let dispute = try Dispute.stir(try InsurerAddress.open(folder.service, writes: true))
        report.injected = dispute.all.count
        story.say(
            """
            Now people work on the service behind everybody's back: a job "corrects" three premiums, a clerk \
            makes up the day on which \(dispute.days.count) endorsements take effect, \(dispute.lost.count) \
            vanish, and another team enters \(dispute.strangers.count) notes that it takes for endorsements, \
            too.
            """)
        try find(dispute, orders)
        try decide(dispute, orders)
        try signOff(orders)
        try engine.stop()
    }

    /// What nobody could translate is corrected where it came from.
    private func mendWhatIsSetAside(_ orders: Orders) throws {
        let waiting = try orders.give(["quarantine", "list"])
        let keys = Set(waiting.compactMap { ($0["key"] as? String).flatMap(Int.init) })
        let legacy = try InsurerAddress.open(folder.legacy, writes: true)
        for key in keys.sorted() { try Dispute.mend(key, in: legacy) }
        let again = ControlRequest(
            context: "endorsement", action: .replayQuarantine(key: nil, reason: nil, latestOnly: true))
        let service = try folder.openService()
        try Wait.until("the last of what was set aside", within: .seconds(120)) {
            _ = try engine.ask(again, within: .seconds(60))
            return try service.integer("SELECT count(*) FROM banyan_quarantine") == 0
        }
        // What waits for a policy has lost its number: typed in before it was known.
        let pass = try orders.give(["reconcile", "run"], expecting: [0, 3])
        let unjudged = pass.first?["not_judged"] as? [[String: Any]] ?? []
        let numberless = unjudged.compactMap { ($0["key"] as? String).flatMap(Int.init) }
        for key in numberless { try Dispute.number(key, in: legacy) }
        try orders.give(["reconcile", "run"])
        story.say(
            """
            Whoever answers for the old data has corrected the \(keys.count) rows that nobody could \
            translate, and given a policy's number to \(numberless.count) that had lost theirs, in the old \
            system; everything is judged now, and equal.
            """)
    }

    /// A pass names every difference, and nothing else.
    private func find(_ dispute: Dispute, _ orders: Orders) throws {
        let pass = try orders.give(["reconcile", "run"], ["--as", "night-shift"], expecting: [4])
        let found = (pass.first?["discrepancies"] as? [[String: Any]] ?? []).compactMap {
            $0["key"] as? String
        }
        report.discrepanciesFound = Set(found).intersection(dispute.all).count
        report.falseAlarms = Set(found).subtracting(dispute.all).count + (found.count - Set(found).count)
        story.say(
            """
            `banyan reconcile run` compares \(report.aggregates.grouped) endorsements while the engine runs, \
            and names \(report.discrepanciesFound) of \(report.injected), with both values of every field; \
            false alarms: \(report.falseAlarms).
            """)
        let totals = (pass.first?["certificate"] as? [String: Any])?["totals"] as? [[String: Any]] ?? []
        for total in totals where total["verdict"] as? String == "different" {
            story.say(
                """
                A total that the business wrote in SQL, which knows nothing of the mapping, says so too: \
                \(total["total"] as? String ?? "").
                """)
        }
    }

    /// Each finding goes to somebody: what is material is decided by two.
    private func decide(_ dispute: Dispute, _ orders: Orders) throws {
        for one in try orders.give(["exceptions", "list"]) {
            guard let number = one["number"] as? Int,
                let key = (one["difference"] as? [String: Any])?["key"] as? String
            else { continue }
            let isMaterial = one["material"] as? Bool ?? false
            if dispute.strangers.contains(key) {
                try orders.give(
                    ["exceptions", "waive"],
                    [
                        "\(number)", "--until", "2099-12-31", "--as", "underwriting", "--because",
                        "until both teams mean the same by an endorsement",
                    ])
            } else if isMaterial {
                try orders.give(
                    ["exceptions", "clear"],
                    ["\(number)", "--as", "underwriting", "--because", "nobody knows where this came from"])
            }
            if isMaterial {
                try orders.give(["exceptions", "approve"], ["\(number)", "--as", "finance-control"])
            }
        }
        try orders.give(
            ["repair", "run"], ["--as", "underwriting", "--because", "legacy has the authority"])
        let pass = try orders.give(["reconcile", "run"], ["--as", "night-shift"], expecting: [4])
        let left = Set(
            (pass.first?["discrepancies"] as? [[String: Any]] ?? []).compactMap { $0["key"] as? String })
        report.repaired = dispute.all.subtracting(dispute.strangers).subtracting(left).count
        report.waived = try orders.give(["exceptions", "list"], ["--all"]).count {
            $0["state"] as? String == "waived"
        }
        story.say(
            """
            Similar differences are one finding. What touches money is decided by two people; the other \
            team's notes are waived until both mean the same by the word. `banyan repair run` writes what \
            legacy says, without telling anybody an event, and a later pass verifies it: \(report.repaired) \
            repaired, \(report.waived) waived.
            """)
    }

    /// Somebody puts their name to it.
    private func signOff(_ orders: Orders) throws {
        let signed = try orders.give(
            ["exceptions", "signoff"],
            [
                "--out", evidence, "--as", "underwriting-lead", "--because",
                "both systems hold the same endorsements",
            ])
        let files = ["json", "page"].compactMap { signed.first?[$0] as? String }
        let verdicts = try files.map { Evidence.check(text: try String(contentsOfFile: $0, encoding: .utf8)) }
        report.signedOff = files.count == 2 && verdicts.allSatisfy { $0 == .accept }
        story.say(
            """
            The head of underwriting signs. Rules, figures and every decision are frozen in two files, one \
            for programs and one for people, and the audit chain keeps their digest.
            """)
        for file in files { story.say(file) }
    }
}
