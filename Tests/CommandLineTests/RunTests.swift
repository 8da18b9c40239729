import Foundation
import TestKit
import Testing

@Suite(.serialized) struct RunTests {
    private let sample: SampleMigration
    private var banyan: BanyanProgram { sample.banyan }

    init() throws {
        sample = try SampleMigration()
    }

    @Test func runsUntilCaughtUpAndSaysHowItStands() throws {
        let run = try sample.catchUp()
        #expect(run.status == 0, "\(run)")
        #expect(
            run.output.contains("Copy: 5/5 100.0%") && run.output.contains("2 aggregates written"), "\(run)")
        #expect(try sample.value("SELECT count(*) FROM sales_order", in: "service.db") == "2")
        let status = try banyan("status", "plan.yaml")
        #expect(status.status == 0)
        #expect(status.output.contains("not running") && status.output.contains("unknown_code 1"))
        #expect(status.output.split(separator: "\n").count <= 24)
    }

    @Test func statusOfAMigrationThatNeverRanIsInconclusive() throws {
        let status = try banyan("status", "plan.yaml", "--format", "json")
        #expect(status.status == 3)
        #expect(status.error["code"] as? String == "not_comparable")
        #expect(!FileManager.default.fileExists(atPath: sample.folder.file("state")))
    }

    @Test func followsLegacyHandsEventsOnAndStopsCleanly() throws {
        let engine = try sample.startEngine("--events", "events.jsonl")
        try sample.execute("UPDATE orders SET status = 'C' WHERE order_no = 1001", in: "legacy.db")
        try waitUntil("the event", within: .seconds(30)) {
            (try? String(contentsOfFile: sample.folder.file("events.jsonl"), encoding: .utf8))?.contains(
                "OrderClosed") == true
        }
        engine.signal(SIGTERM)
        // Supervisors ask twice; that must not cut the clean stop short.
        engine.signal(SIGTERM)
        let outcome = try engine.end()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let last = try #require(outcome.objects.last)
        #expect(last["state"] as? String == "stopped")
        #expect(last["migration"] as? String == "orders")
        #expect((last["contexts"] as? [[String: Any]])?.first?["relayed"] as? Int == 1)
    }

    @Test func aSecondEngineOnTheSameStateIsRefused() throws {
        let engine = try sample.startEngine()
        try sample.execute(
            "CREATE TABLE remark (id INTEGER PRIMARY KEY, order_no INTEGER NOT NULL)", in: "legacy.db")
        let other = SampleMigration.plan
            .replacing(
                "codes:", with: "  r: { table: remark, many: \"r.order_no == o.order_no\" }\n    codes:"
            )
            .replacing("is: c.name", with: "is: \"c.name + (r.exists(x, x.id > 0) ? '!' : '')\"")
        try sample.write(other, to: "other.yaml")
        try #require(try banyan("plan", "check", "other.yaml").status == 0)
        for plan in ["plan.yaml", "other.yaml"] {
            let second = try banyan("run", plan, "--format", "json")
            #expect(second.status == 2)
            #expect(second.error["code"] as? String == "already_running")
        }
        // Whoever is refused has captured nothing more, and has left no version of its mapping.
        #expect(try sample.value("SELECT count(*) FROM banyan_captured", in: "legacy.db") == "2")
        #expect(try sample.value("SELECT count(*) FROM mapping", in: "state/control.db") == "1")
        let uninstall = try banyan("uninstall", "plan.yaml")
        #expect(uninstall.status == 2 && uninstall.errors.contains("another engine"))
        let status = try banyan("status", "plan.yaml")
        #expect(status.output.contains("running (process"))
        engine.signal(SIGINT)
        #expect(try engine.end().status == 0)
    }

    /// Where the control store gives leases, a second engine waits; and what it then runs is the plan as it
    /// is.
    @Test func anEngineThatWaitsTakesOverUnlessItsPlanHasChanged() throws {
        let control = ["CONTROL_URL": try PostgresServer.makeDatabase().address]
        let plan = SampleMigration.plan.replacing(
            "{ sqlite: state/control.db }", with: "{ postgres: \"${CONTROL_URL}\" }")
        try sample.write(plan, to: "plan.yaml")
        try sample.write(plan, to: "other.yaml")
        func start(_ plan: String, until words: String) throws -> BanyanProgram.Running {
            let engine = try banyan.start(["run", plan, "--format", "json"], environment: control)
            try waitUntil("the engine", within: .seconds(60)) { engine.text.contains(words) }
            return engine
        }
        let first = try start("plan.yaml", until: "\"running\":true")
        let second = try start("plan.yaml", until: "\"waiting\":\"process ")
        try sample.write(plan + "\n# changed", to: "plan.yaml")
        first.signal(SIGTERM)
        #expect(try first.end().status == 0)
        let outcome = try second.end()
        #expect(outcome.status == 2 && outcome.error["code"] as? String == "plan_changed", "\(outcome)")
        let third = try start("plan.yaml", until: "\"running\":true")
        let fourth = try start("other.yaml", until: "\"waiting\":\"process ")
        third.signal(SIGKILL)
        try waitUntil("the takeover", within: .seconds(60)) { fourth.text.contains("\"running\":true") }
        let status = try banyan("status", "plan.yaml", environment: control)
        #expect(status.output.contains("running (process"), "\(status)")
        fourth.signal(SIGTERM)
        #expect(try fourth.end().status == 0)
    }

    @Test func statusSaysWhenAnEngineWasKilled() throws {
        let engine = try sample.startEngine()
        engine.signal(SIGKILL)
        #expect(try engine.end().status == -9)
        let status = try banyan("status", "plan.yaml")
        #expect(status.status == 0 && status.output.contains("ended without saying so"))
        #expect(try sample.catchUp().status == 0)
    }

    @Test func statusWatchShowsItAgainAndAgain() throws {
        _ = try sample.catchUp()
        let watch = try banyan.start([
            "status", "plan.yaml", "--watch", "--interval", "0.1", "--format", "json",
        ])
        try waitUntil("three statuses", within: .seconds(30)) { watch.text.split(separator: "\n").count >= 3 }
        watch.signal(SIGKILL)
        _ = try watch.end()
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        try sample.write("a file", to: "state")
        let run = try banyan("run", "plan.yaml", "--until", "caught-up", "--format", "json")
        #expect(run.status == 1)
        #expect(run.error["message"] as? String != nil && run.error["hint"] as? String != nil, "\(run)")
    }

    @Test func anEventFileThatCannotBeWrittenStopsTheRunAndIsNamed() throws {
        let run = try banyan("run", "plan.yaml", "--until", "caught-up", "--events", "plan.yaml/below")
        #expect(run.status == 1)
        #expect(run.errors.contains("plan.yaml/below"), "\(run)")
    }

    @Test func theFolderOfAPlanIsAPlan() throws {
        let plan = SampleMigration.plan.replacing("sqlite: ", with: "sqlite: ../")
            .replacing("embedded: ", with: "embedded: ../")
        try sample.write(plan, to: "plans/orders.yaml")
        #expect(try banyan("run", "plans", "--until", "caught-up").status == 0)
        #expect(try banyan("status", "plan.yaml").status == 0)
    }

    @Test func coloursAreSetOnlyWhenAskedFor() throws {
        _ = try sample.catchUp()
        #expect(!(try banyan("status", "plan.yaml").output.contains("\u{1B}[")))
        #expect(try banyan("status", "plan.yaml", "--color", "always").output.contains("\u{1B}["))
        #expect(!(try banyan("status", "plan.yaml", "--color", "never").output.contains("\u{1B}[")))
    }
}
