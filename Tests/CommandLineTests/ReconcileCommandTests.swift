import Foundation
import TestKit
import Testing

/// What differs is found, named, given to somebody, decided about, and seen gone.
@Suite struct ReconcileCommandTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }

    init() throws {
        sample = try SampleMigration()
        #expect(try sample.catchUp().status == 0)
    }

    private func pass() throws -> BanyanProgram.Outcome {
        try banyan("reconcile", "run", "plan.yaml", "--format", "json")
    }

    private func exceptions(_ more: String...) throws -> [[String: Any]] {
        try banyan.start(["exceptions", "list", "plan.yaml", "--format", "json"] + more).end().objects
    }

    private func state(_ number: Int) throws -> String? {
        try banyan("exceptions", "show", "plan.yaml", "\(number)", "--format", "json").objects.first?["state"]
            as? String
    }

    @Test func aDifferenceGoesFromBeingFoundToBeingClosed() throws {
        // One order is set aside, and so not judged; everything else is equal.
        let first = try pass()
        #expect(first.status == 3, "\(first.output) \(first.errors)")
        let unjudged = first.objects.first?["not_judged"] as? [[String: Any]]
        #expect(unjudged?.map { $0["reason"] as? String } == ["set_aside"])
        #expect(try exceptions().isEmpty)
        try sample.execute(
            """
            UPDATE sales_order SET customer = 'Bob' WHERE order_no = 1001;
            INSERT INTO sales_order VALUES ('stray', 9, 'x', 'open', 1)
            """, in: "service.db")
        let second = try banyan("reconcile", "run", "plan.yaml")
        #expect(second.status == 4)
        #expect(second.output.contains("customer: legacy 'Ada', service 'Bob'"))
        #expect(second.output.contains("that legacy does not demand"))
        let found = try exceptions()
        let kinds = found.compactMap { ($0["difference"] as? [String: Any])?["kind"] as? String }
        #expect(kinds == ["content", "extra_in_target"])
        #expect(try banyan("exceptions", "list", "plan.yaml").output.contains("order differs in customer"))
        let assigned = try banyan(
            "exceptions", "assign", "plan.yaml", "1", "--to", "sales", "--until", "2030-01-31", "--as", "anna"
        )
        #expect(assigned.status == 0 && assigned.output.contains("owner sales, until 2030-02-01T00:00:00Z"))
        #expect(try banyan("exceptions", "note", "plan.yaml", "1", "asked them", "--as", "anna").status == 0)
        #expect(
            try banyan("exceptions", "accept", "plan.yaml", "2", "--because", "a test row", "--as", "ben")
                .status == 0)
        #expect(try state(2) == "accepted")
        // Seen again it stays as it was decided; put right it is verified by the next pass, and then closed.
        #expect(try pass().status == 4)
        #expect(try state(1) == "assigned" && state(2) == "accepted")
        try sample.execute(
            "UPDATE sales_order SET customer = 'Ada' WHERE order_no = 1001; DELETE FROM sales_order WHERE id = 'stray'",
            in: "service.db")
        #expect(try pass().status == 3)
        #expect(try state(1) == "verified")
        #expect(try pass().status == 3)
        #expect(try state(1) == "closed" && exceptions().isEmpty)
        #expect(try exceptions("--all").count == 2)
        let history = try banyan("exceptions", "show", "plan.yaml", "1").output
        for word in ["found", "assigned", "note", "asked them", "verified", "closed"] {
            #expect(history.contains(word))
        }
        #expect(try banyan("reconcile", "show", "plan.yaml").output.contains("no exceptions"))
        // Everything that was decided is in the audit chain.
        let actions = try banyan("audit", "list", "plan.yaml", "--action", "exception", "--format", "json")
            .objects
            .map { "\($0["actor"] ?? "") \($0["action"] ?? "") \($0["subject"] ?? "")" }
        #expect(
            actions == [
                "anna exception.assign sales/1", "anna exception.note sales/1",
                "ben exception.accept sales/2",
            ])
        #expect(try banyan("audit", "verify", "plan.yaml").status == 0)
    }

    /// What is set aside is not judged: a difference of it does not go away by that.
    @Test func whatIsNotJudgedIsNotTakenForGone() throws {
        try sample.execute("UPDATE sales_order SET customer = 'Bob' WHERE order_no = 1001", in: "service.db")
        #expect(try pass().status == 4)
        try sample.execute("UPDATE orders SET status = '?' WHERE order_no = 1001", in: "legacy.db")
        #expect(try sample.catchUp().status == 0)
        #expect(try pass().status == 3)
        #expect(try state(1) == "open")
    }

    @Test func whatIsMaterialIsDecidedByTwo() throws {
        let plan = try String(contentsOfFile: sample.folder.file("plan.yaml"), encoding: .utf8)
        try sample.write(
            plan.replacing("    from: legacy", with: "    approvers: [ben, carl]\n    from: legacy")
                + "\n    reconcile:\n      fields:\n        amount: { tolerance: 0.01, material: true, owner: finance }\n",
            to: "plan.yaml")
        try sample.execute("UPDATE sales_order SET amount = 12.51 WHERE order_no = 1001", in: "service.db")
        // No more than its tolerance.
        #expect(try pass().status == 3)
        try sample.execute("UPDATE sales_order SET amount = 13 WHERE order_no = 1001", in: "service.db")
        #expect(try pass().status == 4)
        let found = try #require(try exceptions().first)
        #expect(found["material"] as? Bool == true && found["owner"] as? String == "finance")
        let wanted = try banyan(
            "exceptions", "waive", "plan.yaml", "1", "--until", "2030-01-31", "--because", "closed", "--as",
            "ben")
        #expect(wanted.status == 0 && wanted.output.contains("ben wants to waive"))
        #expect(try state(1) == "assigned")
        for (actor, words) in [("ben", "nobody approves"), ("dora", "no approver")] {
            let refused = try banyan("exceptions", "approve", "plan.yaml", "1", "--as", actor)
            #expect(refused.status == 2 && refused.errors.contains(words), "\(refused.errors)")
        }
        #expect(try banyan("exceptions", "approve", "plan.yaml", "1", "--as", "carl").status == 0)
        #expect(try state(1) == "waived")
        #expect(try pass().status == 4)
        #expect(try state(1) == "waived")
    }

    /// A threshold that is passed is said, and recorded where it is passed, in either direction.
    @Test func thresholdsArePassedAndRecorded() throws {
        let plan = try String(contentsOfFile: sample.folder.file("plan.yaml"), encoding: .utf8)
        try sample.write(
            plan + "    reconcile: { warn: 0.1, incident: 0.6 }\n", to: "plan.yaml")
        func level() throws -> [String] {
            let found = try pass().objects.first?["levels"] as? [[String: Any]] ?? []
            return found.compactMap { $0["level"] as? String }
        }
        #expect(try level() == ["ok"])
        try sample.execute("UPDATE sales_order SET customer = 'Bob' WHERE order_no = 1001", in: "service.db")
        #expect(try level() == ["warn"])
        try sample.execute("UPDATE sales_order SET customer = 'Bob'", in: "service.db")
        let loud = try banyan("reconcile", "run", "plan.yaml")
        #expect(loud.output.contains("incident: 100 % of order differ, above 60.0 %"), "\(loud.output)")
        #expect(try level() == ["incident"])
        try sample.execute(
            "UPDATE sales_order SET customer = CASE order_no WHEN 1001 THEN 'Ada' ELSE customer END",
            in: "service.db")
        #expect(try level() == ["warn"])
        let steps = try banyan(
            "audit", "list", "plan.yaml", "--action", "reconcile.level", "--format", "json"
        )
        .objects.map { "\($0["subject"] ?? "") \($0["before"] ?? "") \($0["after"] ?? "")" }
        #expect(
            steps == ["sales/order ok warn", "sales/order warn incident", "sales/order incident warn"])
    }

    @Test func oneLineIsWrittenForEachPass() throws {
        let quiet = try banyan(
            "reconcile", "watch", "plan.yaml", "--every", "1", "--passes", "2", "--format", "json")
        #expect(quiet.status == 3)
        #expect(quiet.objects.map { $0["certificate"] as? Int } == [1, 2])
        #expect(
            quiet.objects.map { $0["verdict"] as? String }
                == Array(repeating: "equal in what was judged", count: 2))
        try sample.execute("DELETE FROM sales_order WHERE order_no = 1001", in: "service.db")
        let watch = try banyan.start(["reconcile", "watch", "plan.yaml", "--every", "3600"])
        try waitUntil("the first line") { watch.text.contains("1 difference") }
        watch.signal(SIGINT)
        let ended = try watch.end()
        #expect(ended.status == 4 && ended.output.contains("different at"))
    }

    /// A pass that cannot compare says why, and the watch goes on.
    @Test func aPassThatCannotCompareSaysWhy() throws {
        try sample.execute("UPDATE orders SET amount = 8 WHERE order_no = 1002", in: "legacy.db")
        let outcome = try banyan(
            "reconcile", "watch", "plan.yaml", "--passes", "1", "--wait", "0", "--format", "json")
        #expect(outcome.status == 3)
        #expect(outcome.objects.first?["verdict"] as? String == "not comparable yet")
        #expect("\(outcome.objects.first?["reason"] ?? "")".contains("has not passed position"))
    }

    @Test func badInputIsNamed() throws {
        let missing = try banyan("exceptions", "show", "plan.yaml", "7")
        #expect(missing.status == 1 && missing.errors.contains("there is no exception 7"))
        for arguments in [
            ["exceptions", "waive", "plan.yaml", "1", "--until", "tomorrow", "--because", "x"],
            ["exceptions", "waive", "plan.yaml", "1", "--until", "2030-01-31"],
            ["exceptions", "accept", "plan.yaml", "1"],
            ["exceptions", "assign", "plan.yaml", "x", "--to", "y"],
            ["reconcile", "watch", "plan.yaml", "--every", "0"],
            ["reconcile", "watch", "plan.yaml", "--passes", "0"],
        ] {
            #expect(try banyan.start(arguments).end().status == 64, "\(arguments)")
        }
        #expect(try banyan("exceptions", "list", "plan.yaml").output == "no exceptions\n")
        #expect(try banyan("reconcile", "show", "plan.yaml").output.contains("no pass was run yet"))
    }
}
