import Migration
import Plan
import Reconcile
import SQLite
import Testing

/// Aggregates of several tables whose key is the legacy key itself: no cross-reference remembers them.
@Suite(.serialized) struct JoinedAggregateTests {
    private static let plan = """
        migration: shop
        systems:
          legacy:  { sqlite: legacy.db }
          service: { sqlite: service.db }
        log:     { embedded: state/log, retain: 30d }
        control: { sqlite: state/control.db }
        contexts:
          orders:
            owner: sales
            approvers: [sales-lead]
            from: legacy
            into: service
            reads:
              o:     { table: ord, root: true }
              c:     { table: cust, one: "c.no == o.cust" }
              lines: { table: line, many: "lines.ord == o.no" }
            codes:
              state: { O: open, S: shipped, otherwise: quarantine }
            aggregates:
              order:
                root: o
                identity: { natural: [o.no] }
                table: purchase
                facts:
                  order:
                    number: o.no
                    customer: c.nm
                    state: code('state', o.st)
                    amount: o.amt
                parts:
                  lines:
                    of: lines
                    table: position
                    parent: number
                    key: [no]
                    fields: { no: lines.no, text: lines.txt }
        """

    /// What joins to a row that is not there is not there either, and nothing is set aside for it.
    @Test func whatJoinsToAMissingOptionalRowIsMissing() throws {
        let journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no INTEGER PRIMARY KEY, area INTEGER);
                CREATE TABLE area (no INTEGER PRIMARY KEY, region INTEGER, nm TEXT NOT NULL);
                CREATE TABLE region (no INTEGER PRIMARY KEY, nm TEXT NOT NULL);
                INSERT INTO region VALUES (7, 'north'); INSERT INTO area VALUES (1, 7, 'a'), (2, NULL, 'b');
                INSERT INTO cust VALUES (1, 1), (2, NULL), (3, 2), (4, 9);
                """, on: journey.legacy)
        try journey.run(
            sql:
                "CREATE TABLE customer (number INTEGER PRIMARY KEY, area TEXT NOT NULL, region TEXT NOT NULL)",
            on: journey.service)
        try journey.write(
            plan: Journey.customers.replacing(
                "c: { table: cust, root: true }",
                with: """
                    c: { table: cust, root: true }
                          a: { table: area, optional: "a.no == c.area" }
                          r: { table: region, optional: "r.no == a.region" }
                    """
            ).replacing(
                "{ number: c.no, name: c.nm }",
                with:
                    "{ number: c.no, area: \"a == null ? 'none' : a.nm\", region: \"r == null ? 'none' : r.nm\" }"
            ))
        let status = try journey.catchUp()
        #expect(status.contexts.flatMap(\.quarantine.keys).isEmpty)
        #expect(
            try journey.rows("SELECT * FROM customer", on: journey.service) == [
                ["1", "a", "north"], ["2", "none", "none"], ["3", "b", "none"], ["4", "none", "none"],
            ])
        try journey.run(sql: "DELETE FROM area WHERE no = 1", on: journey.legacy)
        try journey.catchUp()
        #expect(
            try journey.rows("SELECT * FROM customer WHERE number = 1", on: journey.service)
                == [["1", "none", "none"]])
    }

    private let journey: Journey

    init() throws {
        journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no INTEGER PRIMARY KEY, nm TEXT NOT NULL);
                CREATE TABLE ord (no INTEGER PRIMARY KEY, cust INTEGER NOT NULL, st TEXT NOT NULL,
                    amt NUMERIC(10,2) NOT NULL);
                CREATE TABLE line (ord INTEGER NOT NULL, no INTEGER NOT NULL, txt TEXT NOT NULL,
                    PRIMARY KEY (ord, no));
                INSERT INTO cust VALUES (1, 'Ada'), (2, 'Bo');
                INSERT INTO ord VALUES (10, 1, 'O', 1), (11, 2, 'O', 2), (12, 2, 'S', 3), (13, 1, 'O', 4);
                INSERT INTO line VALUES (10, 1, 'a'), (11, 1, 'b'), (12, 1, 'c'), (13, 1, 'd');
                """, on: journey.legacy)
        try journey.run(
            sql: """
                CREATE TABLE purchase (
                    number INTEGER PRIMARY KEY, customer TEXT NOT NULL, state TEXT NOT NULL,
                    amount NUMERIC(10,2) NOT NULL CHECK (amount = round(amount, 2)));
                CREATE TABLE position (number INTEGER NOT NULL, no INTEGER NOT NULL, text TEXT NOT NULL,
                    PRIMARY KEY (number, no));
                """, on: journey.service)
        try journey.write(plan: Self.plan)
        try journey.catchUp()
    }

    @Test func anAggregateGoesWithItsRow() throws {
        try journey.run(
            sql: "DELETE FROM ord WHERE no = 10; UPDATE ord SET no = 20 WHERE no = 11", on: journey.legacy)
        try journey.catchUp()
        try expectOrders(["12", "13", "20"], positions: ["12", "13"])
        try expectAcceptance()
    }

    @Test func anAggregateGoesWhenARowThatItNeedsGoes() throws {
        try journey.run(sql: "DELETE FROM cust WHERE no = 2", on: journey.legacy)
        try journey.catchUp()
        try expectOrders(["10", "13"], positions: ["10", "13"])
        try expectAcceptance()
        try journey.run(sql: "INSERT INTO cust VALUES (2, 'Bo again')", on: journey.legacy)
        try journey.catchUp()
        try expectOrders(["10", "11", "12", "13"], positions: ["10", "11", "12", "13"])
        try expectAcceptance()
    }

    @Test func whatIsSetAsideIsNotExtra() throws {
        try journey.run(sql: "UPDATE ord SET st = '?' WHERE no = 13", on: journey.legacy)
        let status = try journey.catchUp()
        #expect(status.contexts.first?.quarantine == ["unknown_code": 1])
        try expectAcceptance()
    }

    @Test func aPartWithoutItsAggregateIsExtra() throws {
        try journey.run(sql: "INSERT INTO position VALUES (99, 1, 'nobody knows')", on: journey.service)
        let plan = try journey.plan()
        let issued = try CertificateIssuer(plan: plan).issue(try #require(plan.contexts.first))
        #expect(issued.report.aggregates.map(\.extra) == [1])
        #expect(Certificate.check(text: try issued.certificate.text()) != .accept)
    }

    @Test func whatBinaryArithmeticLeftOfAnAmountIsRoundedAwayWhereItIsCopied() throws {
        try journey.run(sql: "UPDATE ord SET amt = 1.29 + 0.1 WHERE no = 13", on: journey.legacy)
        try journey.run(sql: "UPDATE ord SET amt = 0.1 + 0.2 WHERE no = 12", on: journey.legacy)
        let status = try journey.catchUp()
        #expect(status.contexts.first?.quarantine == [:])
        #expect(
            try journey.rows(
                "SELECT amount = 1.39 OR amount = 0.3 FROM purchase WHERE number > 11", on: journey.service)
                == [["1"], ["1"]])
        try expectAcceptance()
    }

    private func expectOrders(_ orders: [String], positions: [String]) throws {
        let numbers = try journey.rows("SELECT number FROM purchase ORDER BY 1", on: journey.service)
        #expect(numbers == orders.map { [$0] })
        let owners = try journey.rows("SELECT number FROM position ORDER BY 1", on: journey.service)
        #expect(owners == positions.map { [$0] })
    }

    private func expectAcceptance() throws {
        let plan = try journey.plan()
        let issued = try CertificateIssuer(plan: plan).issue(try #require(plan.contexts.first))
        #expect(Certificate.check(text: try issued.certificate.text()) == .accept, "\(issued.report)")
    }
}
