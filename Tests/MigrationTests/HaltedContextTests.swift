import Apply
import Migration
import Testing

/// A context that cannot go on.
@Suite struct HaltedContextTests {
    private static let plan = """
        migration: shop
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          customers:
            owner: sales
            approvers: [sales-lead]
            from: legacy
            into: service
            reads: { c: { table: cust, root: true } }
            aggregates:
              customer:
                root: c
                identity: { natural: [c.no] }
                table: customer
                facts: { profile: { number: c.no, name: c.nm } }
          orders:
            owner: sales
            approvers: [sales-lead]
            from: legacy
            into: service
            reads: { o: { table: ord, root: true } }
            aggregates:
              order:
                root: o
                identity: { natural: [o.no] }
                table: orders
                facts: { all: { number: o.no, total: o.total } }
        """

    @Test func theOthersGoOnAndTheRunSaysWhichStopped() throws {
        let journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no INTEGER PRIMARY KEY, nm TEXT NOT NULL);
                CREATE TABLE ord (no INTEGER PRIMARY KEY, total INTEGER NOT NULL);
                INSERT INTO cust VALUES (1, 'a'), (2, 'b'); INSERT INTO ord VALUES (1, 10);
                """, on: journey.legacy)
        try journey.run(
            sql: """
                CREATE TABLE customer (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
                CREATE TABLE orders (number INTEGER PRIMARY KEY, total INTEGER NOT NULL);
                CREATE TRIGGER keep BEFORE DELETE ON customer BEGIN SELECT RAISE(IGNORE); END;
                """, on: journey.service)
        try journey.write(plan: Self.plan)
        try journey.catchUp()
        try journey.run(
            sql: """
                DELETE FROM cust WHERE no = 1; UPDATE cust SET nm = 'c' WHERE no = 2;
                UPDATE ord SET total = 11; INSERT INTO ord VALUES (2, 20);
                """, on: journey.legacy)
        var last: MigrationStatus?
        let error = #expect(throws: MigrationError.self) {
            _ = try MigrationEngine(plan: try journey.plan()).run(until: .caughtUp) { last = $0 }
        }
        #expect(error?.code == .halted && error?.message.hasPrefix("context customers has stopped") ?? false)
        #expect(
            try journey.rows("SELECT * FROM orders", on: journey.service) == [["1", "11"], ["2", "20"]])
        #expect(last?.state == "halted")
        #expect(last?.contexts.map(\.apply.isHalted) == [true, false])
        // Lag is the age of what is applied, not of what is read: nobody knows it of the one that has applied
        // nothing of what is there.
        #expect(last?.contexts.first?.lag == .some(nil) && last?.contexts.last?.lag ?? nil != nil)
        // What it stopped at is still there when the cause is gone.
        try journey.run(sql: "DROP TRIGGER keep", on: journey.service)
        try journey.catchUp()
        #expect(try journey.rows("SELECT * FROM customer", on: journey.service) == [["2", "c"]])
    }
}
