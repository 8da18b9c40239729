import Foundation
import TestKit
import Testing

@Suite struct PlanCommandTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }

    init() throws {
        sample = try SampleMigration()
    }

    @Test func aGoodPlanChecksAndSaysItsVersion() throws {
        let text = try banyan("plan", "check", "plan.yaml")
        #expect(text.status == 0)
        #expect(text.output.contains("0 errors"))
        let json = try banyan("plan", "check", "plan.yaml", "--format", "json")
        let object = try #require(json.objects.first)
        #expect(object["ok"] as? Bool == true)
        #expect((object["mapping"] as? String)?.count == 64)
    }

    @Test func aPlanWithSeveralErrorsShowsThemAll() throws {
        let broken = SampleMigration.plan.replacing("c.name", with: "c.nmae").replacing(
            "o.amount", with: "o.amonut")
        try sample.write(broken, to: "broken.yaml")
        let text = try banyan("plan", "check", "broken.yaml")
        #expect(text.status == 1)
        #expect(text.errors.contains("c.nmae") && text.errors.contains("o.amonut"))
        #expect(text.errors.contains("name") && text.errors.contains("broken.yaml:"))
        let json = try banyan("plan", "check", "broken.yaml", "--format", "json")
        let diagnostics = try #require(json.objects.first?["diagnostics"] as? [[String: Any]])
        #expect(diagnostics.count { $0["severity"] as? String == "error" } == 2)
        #expect(
            diagnostics.allSatisfy { $0["line"] is Int && $0["code"] is String && $0["message"] is String })
        let run = try banyan("run", "broken.yaml", "--format", "json")
        #expect(run.status == 1)
        #expect(run.error["code"] as? String == "plan_invalid")
        #expect((run.error["diagnostics"] as? [[String: Any]])?.count == diagnostics.count)
    }

    @Test func whatIsNoPlanIsRefusedWithItsPlace() throws {
        try sample.write("migration: [unclosed\n", to: "bad.yaml")
        try sample.write("", to: "empty.yaml")
        try FileManager.default.createDirectory(
            atPath: sample.folder.file("nothing"), withIntermediateDirectories: true)
        for path in ["bad.yaml", "empty.yaml", "missing.yaml", "nothing", "plan.yaml/below"] {
            let outcome = try banyan("plan", "check", path)
            #expect(outcome.status == 1, "\(path)")
            #expect(outcome.errors.contains("error") && outcome.errors.contains(path), "\(path)")
        }
    }

    @Test func anUnreachableSystemIsNamedWithTheReason() throws {
        try sample.write(SampleMigration.plan.replacing("legacy.db", with: "gone.db"), to: "gone.yaml")
        let outcome = try banyan("plan", "check", "gone.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("no such file"))
        try sample.write(
            SampleMigration.plan.replacing("legacy.db", with: "${SECRET_PATH}"), to: "secret.yaml")
        let path = sample.folder.file("hidden/secret-name.db")
        let secret = try banyan("plan", "check", "secret.yaml", environment: ["SECRET_PATH": path])
        #expect(secret.status == 1)
        #expect(!secret.errors.contains("secret-name") && !secret.output.contains("secret-name"))
    }

    @Test func pathsAreTakenFromThePlansFolder() throws {
        let elsewhere = BanyanProgram(folder: "/tmp")
        // The working folder of the process is another: only its output files are there.
        #expect(try elsewhere("plan", "check", sample.folder.file("plan.yaml")).status == 0)
    }

    @Test func showsTheMappingInEveryLayout() throws {
        #expect(try banyan("plan", "show", "plan.yaml").output.contains("as the customer file spells it"))
        #expect(
            try banyan("plan", "show", "plan.yaml", "--layout", "markdown").output.contains(
                "| field | type |"))
        #expect(try banyan("plan", "show", "plan.yaml", "--layout", "html").output.contains("<table>"))
        let object = try #require(try banyan("plan", "show", "plan.yaml", "--format", "json").objects.first)
        let context = try #require((object["contexts"] as? [[String: Any]])?.first)
        let aggregate = try #require((context["aggregates"] as? [[String: Any]])?.first)
        #expect((aggregate["fields"] as? [[String: Any]])?.count == 4)
    }

    @Test func saysWhatAChangeCosts() throws {
        try sample.write(SampleMigration.plan.replacing("O: open", with: "O: started"), to: "changed.yaml")
        let text = try banyan("plan", "diff", "plan.yaml", "changed.yaml")
        #expect(text.status == 0 && text.output.contains("started"))
        let object = try banyan("plan", "diff", "plan.yaml", "changed.yaml", "--format", "json").objects.first
        #expect(object?["consequence"] as? String == "replay")
        let none = try banyan("plan", "diff", "plan.yaml", "plan.yaml", "--format", "json").objects.first
        #expect((none?["changes"] as? [Any])?.isEmpty == true)
    }

    @Test func previewsRealRowsWithoutTouchingAnything() throws {
        let before = try sample.value("SELECT group_concat(name) FROM sqlite_schema", in: "legacy.db")
        let text = try banyan("plan", "preview", "plan.yaml", "--limit", "5")
        #expect(text.status == 0)
        #expect(text.output.contains("12.50") && text.output.contains("unknown_code"))
        #expect(!text.output.contains("\u{1B}") && text.output.contains("\\u{1B}[31mEve\\u{202E}x"))
        let records = try banyan("plan", "preview", "plan.yaml", "--key", "1001", "--format", "json").objects
        #expect(records.count == 1 && records.first?["outcome"] as? String == "aggregate")
        #expect(try banyan("plan", "preview", "plan.yaml", "--key", "77").status == 1)
        #expect(try sample.value("SELECT group_concat(name) FROM sqlite_schema", in: "legacy.db") == before)
        #expect(!FileManager.default.fileExists(atPath: sample.folder.file("state")))
    }

    @Test func runsTheExamplesBesideThePlan() throws {
        #expect(try banyan("plan", "test", "plan.yaml").status == 3)
        let good = """
            examples:
              - name: an open order
                given:
                  o: { order_no: 5, customer_id: 9, status: O, amount: "3.10" }
                  c: { id: 9, name: Grace }
                expect: { aggregate: { order_no: 5, customer: Grace, status: open, amount: "3.1" } }
              - name: a status that nobody knows
                given: { o: { order_no: 6, customer_id: 9, status: X, amount: 1 }, c: { id: 9, name: Grace } }
                expect: { quarantine: unknown_code }
              - name: an order before its customer
                given: { o: { order_no: 7, customer_id: 9, status: O, amount: 1 } }
                expect: { pending: c }

            """
        try sample.write(good, to: "examples/orders.yaml")
        let passed = try banyan("plan", "test", "plan.yaml")
        #expect(passed.status == 0 && passed.output.contains("3 of 3 examples hold"), "\(passed)")
        try sample.write(good.replacing("status: open", with: "status: shut"), to: "examples/orders.yaml")
        let failed = try banyan("plan", "test", "plan.yaml", "--format", "json")
        #expect(failed.status == 4)
        #expect(failed.objects.count { $0["passed"] as? Bool == false } == 1)
        try sample.write("examples: [{ name: x }]\n", to: "examples/orders.yaml")
        #expect(try banyan("plan", "test", "plan.yaml").status == 1)
    }

    @Test func followsAColumnBothWays() throws {
        let text = try banyan("plan", "lineage", "plan.yaml", "sales_order.status")
        #expect(text.output.contains("orders.status") && text.output.contains("OrderClosed"))
        let edges = try banyan("plan", "lineage", "plan.yaml", "--format", "json").objects
        #expect(edges.count >= 4)
        let unknown = try banyan("plan", "lineage", "plan.yaml", "sales_order.stauts")
        #expect(unknown.status == 1 && unknown.errors.contains("did you mean"))
    }

    @Test func writesAFirstPlanAndNeverOverAFile() throws {
        let text = try banyan("init", "sqlite:legacy.db")
        #expect(text.status == 0 && text.output.contains("migration: first-plan"))
        #expect(
            try banyan("init", "sqlite:legacy.db", "--output", "first.yaml", "--name", "shop").status == 0)
        let again = try banyan("init", "sqlite:legacy.db", "--output", "first.yaml")
        #expect(again.status == 1 && again.errors.contains("--force"))
        #expect(try banyan("init", "sqlite:legacy.db", "--output", "first.yaml", "--force").status == 0)
        for address in ["legacy.db", "postgres://x", "sqlite:gone.db", "sqlite:"] {
            #expect(try banyan("init", address).status == 1, "\(address)")
        }
        #expect(try banyan("init", "sqlite:plan.yaml").errors.contains("not_a_database"))
        #expect(try banyan("init", "sqlite:legacy.db", "--output", "plan.yaml/below.yaml").status == 1)
        #expect(try banyan("init", "sqlite:legacy.db", "--output", "/proc/plan.yaml").status == 1)
    }
}
