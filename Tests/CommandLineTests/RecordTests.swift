import Foundation
import TestKit
import Testing

@Suite(.serialized) struct RecordTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }

    init() throws {
        sample = try SampleMigration()
        let run = try sample.catchUp()
        try #require(run.status == 0, "\(run)")
    }

    @Test func tellsTheLifeOfARecord() throws {
        try sample.execute(
            """
            UPDATE customer SET name = 'Ada L.' WHERE id = 1;
            UPDATE orders SET status = 'C' WHERE order_no = 1001
            """,
            in: "legacy.db")
        _ = try sample.catchUp()
        let life = try #require(try banyan("why", "plan.yaml", "1001", "--format", "json").objects.first)
        #expect(life["legacy_key"] as? String == "1001" && life["natural_key"] as? String == "1001")
        #expect(life["outcome"] as? String == "an aggregate")
        let changes = try #require(life["changes"] as? [[String: Any]])
        let updates = changes.filter { $0["operation"] as? String == "update" }
        #expect(updates.count == 2 && changes.count == 4)
        let columns = try #require(updates.first?["columns"] as? [[String: Any]])
        #expect(columns.count == 1 && columns.first?["after"] as? String == "Ada L.")
        let fields = try #require(life["fields"] as? [[String: Any]])
        let customer = try #require(fields.first { $0["name"] as? String == "customer" })
        #expect(customer["value"] as? String == "Ada L." && customer["expression"] as? String == "c.name")
        #expect(customer["because"] as? String == "as the customer file spells it")
        #expect(fields.allSatisfy { $0["different"] as? Bool == false })
        #expect((life["events"] as? [[String: Any]])?.first?["type"] as? String == "OrderClosed")
        let text = try banyan("why", "plan.yaml", "1001").output
        #expect(text.contains("O") && text.contains("→ C") && text.contains("because as the customer file"))
    }

    @Test func findsARecordByItsServiceKey() throws {
        let id = try #require(
            try sample.value("SELECT id FROM sales_order WHERE order_no = 1002", in: "service.db"))
        let life = try #require(try banyan("why", "plan.yaml", id, "--format", "json").objects.first)
        #expect(life["legacy_key"] as? String == "1002")
        let text = try banyan("why", "plan.yaml", id).output
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    }

    @Test func aKeyThatNobodyKnowsIsSaid() throws {
        let outcome = try banyan("why", "plan.yaml", "999", "--format", "json")
        #expect(outcome.status == 1)
        #expect(outcome.error["code"] as? String == "not_found")
        #expect(try banyan("why", "plan.yaml", "1001", "--context", "nope").status == 1)
        #expect(try banyan("why", "plan.yaml", "1001", "--aggregate", "nope").status == 1)
    }

    @Test func listsAndShowsWhatIsSetAside() throws {
        let list = try banyan("quarantine", "list", "plan.yaml", "--format", "json")
        #expect(list.objects.count == 1)
        #expect(list.objects.first?["reason"] as? String == "unknown_code")
        #expect(list.objects.first?["after"] == nil)
        let show = try banyan("quarantine", "show", "plan.yaml", "--key", "1003", "--format", "json")
        let rows = try #require(show.objects.first?["rows"] as? [[String: Any]])
        #expect(rows.map { $0["name"] as? String } == ["o", "c"])
        #expect((rows.first?["values"] as? [String: Any])?["status"] as? String == "?")
        #expect(try banyan("quarantine", "show", "plan.yaml", "--key", "1").status == 1)
        let life = try banyan("why", "plan.yaml", "1003")
        #expect(life.status == 0 && life.output.contains("unknown_code"))
    }

    @Test func replaysUnderABetterPlanWithoutAnEngine() throws {
        try sample.write(
            SampleMigration.plan.replacing("O: open", with: "O: open\n        \"?\": unclear"),
            to: "plan.yaml")
        #expect(try banyan("quarantine", "replay", "plan.yaml", "--dry-run").output.contains("1 key would"))
        let replay = try banyan("quarantine", "replay", "plan.yaml", "--format", "json")
        #expect(replay.status == 0, "\(replay)")
        #expect(replay.objects.first?["by"] as? String == "command")
        #expect(try banyan("quarantine", "list", "plan.yaml").output.contains("nothing is set aside"))
        #expect(
            try sample.value("SELECT status FROM sales_order WHERE order_no = 1003", in: "service.db")
                == "unclear")
    }

    @Test func aRunningEngineReplaysWhenItIsAsked() throws {
        let engine = try sample.startEngine()
        let replay = try banyan("quarantine", "replay", "plan.yaml", "--format", "json")
        #expect(replay.status == 0 && replay.objects.first?["by"] as? String == "engine", "\(replay)")
        let again = try banyan("replay", "plan.yaml", "--key", "1001", "--format", "json")
        #expect(again.objects.first?["answer"] as? String == "1 aggregates computed again", "\(again)")
        engine.signal(SIGTERM)
        #expect(try engine.end().status == 0)
    }

    @Test func replayMendsWhatTheServiceLost() throws {
        try sample.execute(
            "UPDATE sales_order SET customer = 'wrong' WHERE order_no = 1001", in: "service.db")
        let life = try banyan("why", "plan.yaml", "1001").output
        #expect(life.contains("the mapping gives Ada"))
        #expect(try banyan("replay", "plan.yaml").status == 0)
        #expect(
            try sample.value("SELECT customer FROM sales_order WHERE order_no = 1001", in: "service.db")
                == "Ada")
    }

    @Test func nothingIsThereBeforeTheFirstRun() throws {
        let fresh = try SampleMigration()
        #expect(try fresh.banyan("why", "plan.yaml", "1001").status == 1)
        #expect(try fresh.banyan("quarantine", "list", "plan.yaml").output.contains("nothing"))
        #expect(try fresh.banyan("quarantine", "replay", "plan.yaml").status == 1)
        #expect(
            try fresh.value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan%'", in: "service.db")
                == "0")
    }
}
