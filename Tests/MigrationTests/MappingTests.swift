import ChangeLog
import Foundation
import Migration
import Plan
import SQLite
import Testing

/// A plan that changes between two runs, and a second engine beside the first.
@Suite(.serialized) struct MappingTests {
    private static let plan = """
        migration: shop
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          shop:
            owner: sales
            approvers: [sales-lead]
            from: legacy
            into: service
            reads:
              c: { table: cust, root: true }
              o: { table: ord, root: true }
              b: { table: cust, one: "b.no == o.cust" }
            codes:
              kind: { P: private, B: business, otherwise: quarantine }
            aggregates:
              customer:
                root: c
                identity: { natural: [c.no] }
                table: customer
                facts: { all: { number: c.no, kind: "code('kind', c.kd)" } }
              order:
                root: o
                identity: { natural: [o.no] }
                table: purchase
                facts: { all: { number: o.no, kind: "code('kind', b.kd)" } }
        """

    private let journey: Journey

    init() throws {
        journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no INTEGER PRIMARY KEY, kd TEXT NOT NULL);
                CREATE TABLE ord (no INTEGER PRIMARY KEY, cust INTEGER NOT NULL);
                CREATE TABLE extra (no INTEGER PRIMARY KEY);
                INSERT INTO cust VALUES (1, 'P'), (2, 'B');
                INSERT INTO ord VALUES (10, 1), (11, 2);
                """, on: journey.legacy)
        try journey.run(
            sql: """
                CREATE TABLE customer (number INTEGER PRIMARY KEY, kind TEXT NOT NULL);
                CREATE TABLE purchase (number INTEGER PRIMARY KEY, kind TEXT NOT NULL);
                """, on: journey.service)
        try journey.write(plan: Self.plan)
    }

    private func kinds() throws -> [String] {
        try journey.rows(
            "SELECT kind FROM customer UNION ALL SELECT kind FROM purchase ORDER BY 1", on: journey.service
        ).map { $0[0] }
    }

    private func recompute(key: String? = nil) throws {
        let plan = try journey.plan()
        for context in plan.contexts {
            _ = try RequestDesk(plan: plan).perform(.recompute(key: key), in: context)
        }
    }

    @Test func aRunUnderAnotherMappingIsRefusedUntilEverythingIsComputedAgain() throws {
        try journey.catchUp()
        try journey.run(sql: "INSERT INTO cust VALUES (3, 'B')", on: journey.legacy)
        try journey.write(plan: Self.plan.replacing("B: business", with: "B: company"))
        let refused = #expect(throws: MigrationError.self) { try journey.catchUp() }
        #expect(refused?.code == .mappingChanged)
        #expect(try kinds() == ["business", "business", "private", "private"])
        // A part that is computed again is not the whole.
        try recompute(key: "2")
        #expect(throws: MigrationError.self) { try journey.catchUp() }
        try recompute()
        try journey.catchUp()
        #expect(try kinds() == ["company", "company", "company", "private", "private"])
        // The plan that it was made under before is another one now.
        try journey.write(plan: Self.plan)
        #expect(throws: MigrationError.self) { try journey.catchUp() }
    }

    @Test func whatChangesNothingInTheStoreDoesNotStopARun() throws {
        try journey.catchUp()
        let events = """

                events:
                  Appeared: { of: customer, when: "before == null", replay: toxic }
            """
        try journey.write(plan: Self.plan + events)
        try journey.run(sql: "INSERT INTO cust VALUES (3, 'B')", on: journey.legacy)
        try journey.catchUp()
        #expect(try journey.rows("SELECT count(*) FROM banyan_outbox", on: journey.service) == [["1"]])
    }

    /// A column that changes its type changes what is written, although the plan's text stays.
    @Test func anotherTypeOfAColumnIsAnotherMapping() throws {
        try journey.catchUp()
        try journey.run(
            sql: """
                DROP TABLE purchase;
                CREATE TABLE purchase (number TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL);
                """, on: journey.service)
        try journey.write(plan: Self.plan.replacing("number: o.no", with: "number: \"string(o.no)\""))
        let text = try journey.plan().contexts.map(\.digest)
        try journey.run(
            sql: """
                DROP TABLE purchase; CREATE TABLE purchase (number CLOB PRIMARY KEY NOT NULL, kind TEXT);
                """, on: journey.service)
        #expect(try journey.plan().contexts.map(\.digest) != text)
    }

    /// The copy of a table that was not joined before is empty: nothing may be computed from it.
    @Test func anotherMappingThatJoinsMoreIsNotComputedFromNothing() throws {
        let alone = Self.plan.replacing("kind: \"code('kind', b.kd)\"", with: "kind: \"'none'\"")
            .replacing("          b: { table: cust, one: \"b.no == o.cust\" }\n", with: "")
        try journey.write(plan: alone)
        try journey.catchUp()
        #expect(try kinds() == ["business", "none", "none", "private"])
        try journey.write(plan: Self.plan)
        let refused = #expect(throws: (any Error).self) { try recompute() }
        #expect("\(refused.map { "\($0)" } ?? "")".contains("cust"))
        #expect(try kinds() == ["business", "none", "none", "private"])
        #expect(throws: MigrationError.self) { try journey.catchUp() }
    }

    @Test func aSecondEngineTouchesNothing() throws {
        let plan = try journey.plan()
        try FileManager.default.createDirectory(atPath: plan.log.folder, withIntermediateDirectories: true)
        let first = try EmbeddedLog(path: plan.log.folder + "/legacy.log").writer()
        let refused = #expect(throws: (any Error).self) { try journey.catchUp() }
        #expect((refused as? LogError)?.code == .locked, "\(String(describing: refused))")
        let ours = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan%'"
        for system in [journey.legacy, journey.service] {
            #expect(try journey.rows(ours, on: system) == [["0"]], "\(system)")
        }
        try first.close()
        try journey.catchUp()
        #expect(try kinds() == ["business", "business", "private", "private"])
    }
}
