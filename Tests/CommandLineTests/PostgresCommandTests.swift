import Foundation
import PostgreSQL
import TestKit
import Testing

/// The command line where a system is a PostgreSQL database.
@Suite struct PostgresCommandTests {
    private let sample: SampleMigration
    private let service: PostgresDatabase
    private var banyan: BanyanProgram { sample.banyan }
    private var variables: [String: String] { ["SERVICE_URL": service.address] }

    init() throws {
        sample = try SampleMigration()
        service = try PostgresServer.makeDatabase(
            """
            CREATE TABLE sales_order (id text PRIMARY KEY, order_no bigint NOT NULL, customer text NOT NULL,
                status text NOT NULL, amount numeric(10,2) NOT NULL)
            """)
        let plan = SampleMigration.plan.replacing(
            "{ sqlite: service.db }", with: "{ postgres: \"${SERVICE_URL}\" }")
        try #require(plan.contains("SERVICE_URL"))
        try sample.write(plan, to: "plan.yaml")
    }

    @Test func aStoreInPostgreSQLIsFilledLookedIntoAndVouchedFor() throws {
        let run = try banyan("run", "plan.yaml", "--until", "caught-up", environment: variables)
        #expect(run.status == 0, "\(run.errors)")
        let rows = try service.app.query("SELECT order_no, amount FROM sales_order ORDER BY order_no")
        #expect(rows.texts(0) == ["1001", "1002"] && rows.texts(1) == ["12.50", "7.00"])
        let status = try banyan("status", "plan.yaml", environment: variables)
        #expect(status.status == 0 && status.output.contains("unknown_code"))
        let quarantine = try banyan("quarantine", "list", "plan.yaml", environment: variables)
        #expect(quarantine.output.contains("1003"))
        let why = try banyan("why", "plan.yaml", "1001", environment: variables)
        #expect(why.status == 0 && why.output.contains("sales_order"))
        let issued = try banyan("certificate", "issue", "plan.yaml", environment: variables)
        #expect(issued.output.contains("sales  equal"), "\(issued.output)\(issued.errors)")
    }

    @Test(arguments: [
        ("UPDATE sales_order SET customer = 'wrong' WHERE order_no = 1001", "different"),
        ("DELETE FROM sales_order WHERE order_no = 1002", "missing"),
        ("INSERT INTO sales_order VALUES ('x', 9, 'nobody', 'open', 1)", "extra"),
        ("UPDATE banyan.banyan_mirror_sales_customer SET id = 7 WHERE id = 2", "copy"),
    ])
    func whatSomebodyDoesToTheStoreIsFound(sql: String, what: String) throws {
        let run = try banyan("run", "plan.yaml", "--until", "caught-up", environment: variables)
        #expect(run.status == 0, "\(run.errors)")
        try service.app.execute(sql)
        let issued = try banyan(
            "certificate", "issue", "plan.yaml", "--format", "json", environment: variables)
        #expect(issued.status == 4 && issued.objects.first?["finding"] as? String == "different", "\(what)")
    }

    @Test func aFirstPlanOfAServerDoesNotNameIt() throws {
        let text = try banyan("init", service.address)
        #expect(text.status == 0 && text.output.contains("{ postgres: \"${LEGACY_URL}\" }"))
        #expect(text.output.contains("sales_order") && !text.output.contains(service.address))
    }

    @Test(arguments: [
        ("postgres://app:canary-secret@127.0.0.1:1/db", "refused"),
        ("postgres://app:canary-secret@no.such.host.invalid/db", "host name"),
        ("postgres://app:canary-secret%zz@x/y", "libpq"),
        ("host=127.0.0.1 port=1 password=canary-secret dbname=db", "refused"),
    ])
    func whatCannotBeReachedIsNamedWithoutItsAddress(address: String, word: String) throws {
        let check = try banyan("plan", "check", "plan.yaml", environment: ["SERVICE_URL": address])
        #expect(check.status == 1 && check.errors.contains(word), "\(check.errors)")
        let run = try banyan("run", "plan.yaml", environment: ["SERVICE_URL": address])
        #expect(run.status == 1)
        for said in [check.errors, check.output, run.errors, run.output] {
            #expect(!said.contains("canary-secret"))
        }
    }
}
