import Foundation
import TestKit
import Testing

/// What differs is put right from legacy, under control, and seen to be right by a later pass.
@Suite struct RepairCommandTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }

    init() throws {
        sample = try SampleMigration()
        #expect(try sample.catchUp().status == 0)
    }

    private func pass() throws -> Int32 { try banyan("reconcile", "run", "plan.yaml").status }

    private func states() throws -> [String] {
        try banyan("exceptions", "list", "plan.yaml", "--all", "--format", "json").objects.compactMap {
            $0["state"] as? String
        }
    }

    private func rows() throws -> String? {
        try sample.value(
            "SELECT group_concat(order_no || customer || status || amount) FROM (SELECT * FROM sales_order ORDER BY 1)",
            in: "service.db")
    }

    private func events() throws -> String? {
        try sample.value("SELECT count(*) FROM banyan_outbox", in: "service.db")
    }

    @Test(arguments: [false, true]) func whatDiffersIsWrittenRightAndAPassVerifiesIt(byEngine: Bool) throws {
        let (before, told) = (try rows(), try events())
        try sample.execute(
            """
            UPDATE sales_order SET customer = 'Bob', amount = 0 WHERE order_no = 1001;
            DELETE FROM sales_order WHERE order_no = 1002;
            """, in: "service.db")
        let engine = byEngine ? try sample.startEngine() : nil
        #expect(try pass() == 4)
        #expect(try states() == ["open", "open"])
        // The plan, and a dry run, write nothing.
        let plan = try banyan("repair", "plan", "plan.yaml")
        #expect(plan.status == 0 && plan.output.contains("computed again from legacy 1001"))
        #expect(try banyan("repair", "run", "plan.yaml", "--dry-run").output == plan.output)
        #expect(try states() == ["open", "open"] && rows() != before)
        let done = try banyan("repair", "run", "plan.yaml", "--as", "anna", "--because", "somebody's script")
        #expect(done.status == 0 && done.output.hasPrefix("2 exceptions repaired, 0 left"), "\(done.errors)")
        #expect(try rows() == before && events() == told)
        #expect(try states() == ["repaired", "repaired"])
        #expect(try banyan("repair", "plan", "plan.yaml").output.contains("waits for a pass"))
        #expect(try pass() == 3)
        #expect(try states() == ["verified", "verified"])
        if let engine {
            engine.signal(SIGTERM)
            #expect(try engine.end().status == 0)
        }
        let actions = try banyan("audit", "list", "plan.yaml", "--actor", "anna", "--format", "json").objects
            .map { "\($0["action"] ?? "") \($0["stage"] ?? "")" }
        #expect(
            actions == [
                "exception.repair intended", "exception.repair concluded_done", "exception.repaired done",
            ])
        #expect(try banyan("audit", "verify", "plan.yaml").status == 0)
    }

    @Test func whatIsNotRepairedSaysWhy() throws {
        try sample.execute(
            "INSERT INTO sales_order VALUES ('stray', 9, 'x', 'open', 1)", in: "service.db")
        #expect(try pass() == 4)
        #expect(try banyan("repair", "plan", "plan.yaml").output.contains("nothing in legacy demands it"))
        // What differs and is set aside meanwhile would be written by nobody.
        try sample.execute("UPDATE sales_order SET customer = 'Bob' WHERE order_no = 1001", in: "service.db")
        #expect(try pass() == 4)
        try sample.execute("UPDATE orders SET status = '?' WHERE order_no = 1001", in: "legacy.db")
        #expect(try sample.catchUp().status == 0)
        #expect(try banyan("repair", "plan", "plan.yaml").output.contains("its key is set aside"))
        let done = try banyan("repair", "run", "plan.yaml", "--format", "json").objects.first
        #expect(done?["repaired"] as? Int == 0 && done?["left"] as? Int == 2)
        let missing = try banyan("repair", "run", "plan.yaml", "77")
        #expect(missing.status == 1 && missing.errors.contains("there is no exception 77"))
    }

    /// A copy that somebody changed is wrong, and what is right is not overwritten because of it.
    @Test func nothingIsComputedFromCopiesThatAreWrong() throws {
        let before = try rows()
        try sample.execute("UPDATE banyan_mirror_sales_customer SET name = 'WRONG'", in: "service.db")
        #expect(try pass() == 4)
        // The orders are right: nothing is said of them.
        let found = try banyan("exceptions", "list", "plan.yaml", "--format", "json").objects.compactMap {
            ($0["difference"] as? [String: Any])?["of"] as? String
        }
        #expect(Set(found) == ["table:customer"])
        try sample.execute("UPDATE sales_order SET customer = 'Bob' WHERE order_no = 1001", in: "service.db")
        let changed = try rows()
        #expect(try pass() == 4)
        #expect(try banyan("repair", "run", "plan.yaml").output.hasPrefix("0 exceptions repaired"))
        #expect(try rows() == changed && changed != before)
    }

    @Test func whatIsMaterialIsRepairedWhenAnApproverWantsIt() throws {
        let plan = try String(contentsOfFile: sample.folder.file("plan.yaml"), encoding: .utf8)
        try sample.write(
            plan.replacing("    from: legacy", with: "    approvers: [ben, carl]\n    from: legacy")
                + "\n    reconcile:\n      fields:\n        amount: { tolerance: 0.01, material: true }\n",
            to: "plan.yaml")
        try sample.execute("UPDATE sales_order SET amount = 13 WHERE order_no = 1001", in: "service.db")
        #expect(try pass() == 4)
        let early = try banyan("repair", "run", "plan.yaml")
        #expect(early.output.hasPrefix("0 exceptions repaired, 1 left"))
        #expect(try banyan("repair", "plan", "plan.yaml").output.contains("nobody has approved its repair"))
        #expect(
            try banyan("exceptions", "clear", "plan.yaml", "1", "--because", "a script", "--as", "ben").status
                == 0)
        #expect(try banyan("exceptions", "approve", "plan.yaml", "1", "--as", "ben").status == 2)
        #expect(try banyan("exceptions", "approve", "plan.yaml", "1", "--as", "carl").status == 0)
        #expect(try banyan("repair", "run", "plan.yaml").output.hasPrefix("1 exception repaired, 0 left"))
        #expect(try pass() == 3)
        #expect(try states() == ["verified"])
    }
}
