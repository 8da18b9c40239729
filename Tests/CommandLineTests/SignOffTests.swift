import Foundation
import TestKit
import Testing

/// A context is signed off when everything is decided, and what that rests on is frozen.
@Suite struct SignOffTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }
    private static let legacy =
        "SELECT CASE status WHEN 'O' THEN 'open' ELSE 'closed' END, sum(amount) FROM orders GROUP BY 1"

    private static let rules = """
            reconcile:
              fields:
                amount: { tolerance: 0.01, owner: finance }
              totals:
                amount by status:
                  legacy: "\(legacy)"
                  service: "SELECT status, sum(amount) FROM sales_order GROUP BY 1"

        """

    init() throws {
        sample = try SampleMigration()
        let owned = SampleMigration.plan.replacing(
            "    from: legacy", with: "    owner: sales\n    approvers: [ben, carl]\n    from: legacy")
        try sample.write(owned + Self.rules, to: "plan.yaml")
        // The order that nobody can translate is put right.
        try sample.execute("UPDATE orders SET status = 'C' WHERE order_no = 1003", in: "legacy.db")
        #expect(try sample.catchUp().status == 0)
    }

    private func sign(_ actor: String = "carl") throws -> BanyanProgram.Outcome {
        try banyan(
            "exceptions", "signoff", "plan.yaml", "--out", "evidence", "--as", actor, "--because",
            "the year is complete", "--format", "json")
    }

    private func refusal(_ actor: String = "carl") throws -> String {
        let outcome = try sign(actor)
        #expect(outcome.status == 2)
        return outcome.errors
    }

    @Test func whatIsDecidedIsSignedAndFrozen() throws {
        #expect(try refusal().contains("no pass has compared sales yet"))
        // Somebody else's stray row, and one that is accepted.
        try sample.execute("INSERT INTO sales_order VALUES ('<b>', 9, 'x', 'void', 1)", in: "service.db")
        #expect(try banyan("reconcile", "run", "plan.yaml").status == 4)
        let open = try refusal()
        for reason in [
            "nobody has decided about 1 exceptions, the first is 1",
            "pass 1 found 1 differences, and 0 of them are waived or accepted",
            "the total amount by status is different",
        ] { #expect(open.contains(reason), "\(open)") }
        #expect(!FileManager.default.fileExists(atPath: sample.folder.file("evidence")))
        try sample.execute("DELETE FROM sales_order WHERE order_no = 9", in: "service.db")
        try sample.execute(
            "UPDATE sales_order SET customer = '<script>' WHERE order_no = 1001", in: "service.db")
        let pass = try banyan("reconcile", "run", "plan.yaml")
        #expect(pass.status == 4 && pass.output.contains("totals, by queries of the business"))
        #expect(
            try banyan("exceptions", "accept", "plan.yaml", "2", "--because", "renamed", "--as", "ben").status
                == 0)
        #expect(try banyan("reconcile", "run", "plan.yaml").status == 4)
        #expect(try refusal("dora").contains("dora may not sign sales off"))
        #expect(try refusal("ben").contains("ben has decided about exception 2, so somebody else signs"))
        let signed = try sign()
        #expect(signed.status == 0, "\(signed.errors)")
        let found = try #require(signed.objects.first)
        let (json, page) = (found["json"] as? String ?? "", found["page"] as? String ?? "")
        for file in [json, page] {
            let verdict = try banyan("certificate", "verify", file)
            #expect(verdict.status == 0 && verdict.output == "accept\n", "\(file): \(verdict.output)")
        }
        let text = try String(contentsOfFile: sample.folder.file(page), encoding: .utf8)
        #expect(text.contains("Signed by") && text.contains("customer: Ada / &lt;script&gt;"))
        #expect(text.contains("<td>amount by status</td><td>closed</td>"))
        // The chain keeps the digest, and the files say where it stood.
        let entries = try banyan(
            "audit", "list", "plan.yaml", "--action", "reconcile.signoff", "--format", "json"
        ).objects
        let digest = try #require(found["digest"] as? String)
        #expect(entries.count == 1 && "\(entries[0]["after"] ?? "")".contains(digest))
        // Nobody else reads the files, and a byte that is no text is not put right before it is looked at.
        let rights = try FileManager.default.attributesOfItem(atPath: sample.folder.file(json))
        #expect(rights[.posixPermissions] as? Int == 0o600)
        let whole = try Data(contentsOf: URL(fileURLWithPath: sample.folder.file(json)))
        try (whole + [0xFF]).write(to: URL(fileURLWithPath: sample.folder.file("damaged.json")))
        let damaged = try banyan("certificate", "verify", "damaged.json")
        #expect(damaged.status == 4 && damaged.output.contains("the file is not UTF-8 text"))
        // What changes afterwards has to be compared before it is signed again.
        let plan = try String(contentsOfFile: sample.folder.file("plan.yaml"), encoding: .utf8)
        try sample.write(plan.replacing("tolerance: 0.01", with: "tolerance: 100"), to: "plan.yaml")
        #expect(try refusal().contains("compared by other rules or totals than the plan has now"))
        try sample.write(plan, to: "plan.yaml")
        try sample.execute("INSERT INTO orders VALUES (1009, 1, '?', 5)", in: "legacy.db")
        #expect(try sample.catchUp().status == 0)
        #expect(try refusal().contains("1 changes are set aside by now"))
        try sample.write(plan.replacing("is: c.name,", with: "is: c.name + '',"), to: "plan.yaml")
        #expect(try refusal().contains("by another mapping"))
    }

    @Test func aContextWithoutAnIndependentTotalIsNotSigned() throws {
        let plan = try String(contentsOfFile: sample.folder.file("plan.yaml"), encoding: .utf8)
        let start = try #require(plan.range(of: "      totals:"))
        try sample.write(String(plan[..<start.lowerBound]), to: "plan.yaml")
        #expect(try banyan("reconcile", "run", "plan.yaml").status == 0)
        #expect(try refusal("sales").contains("the plan has no total that is independent of the mapping"))
    }

    @Test func badInputIsNamed() throws {
        for arguments in [
            ["--out", "x", "--as", "carl"], ["--because", "y"],
            ["--out", "x", "--because", "y", "--from", "2030-01-02", "--to", "2030-01-01"],
        ] {
            let outcome = try banyan.start(["exceptions", "signoff", "plan.yaml"] + arguments).end()
            #expect(outcome.status == 64, "\(arguments)")
        }
        #expect(try banyan("reconcile", "run", "plan.yaml").status == 0)
        try sample.write("", to: "taken")
        let outcome = try banyan(
            "exceptions", "signoff", "plan.yaml", "--out", "taken", "--as", "carl", "--because", "y")
        #expect(outcome.status == 1 && outcome.errors.contains("cannot be written into taken"))
        let entries = try banyan("audit", "list", "plan.yaml", "--format", "json").output
        #expect(!entries.contains("reconcile.signoff"))
    }
}
