import Migration
import Plan
import Reconcile
import SQLite
import Testing

/// Tables whose keys and joins are decimals: SQLite writes such a number as it likes, and it is one key all
/// the same.
@Suite(.serialized) struct DecimalKeyTests {
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
              g:     { table: gift, optional: "g.ord == o.no" }
              lines: { table: line, many: "lines.ord == o.no" }
            aggregates:
              order:
                root: o
                identity: { natural: [o.no] }
                table: purchase
                facts:
                  order:
                    number: o.no
                    customer: c.nm
                    gift: "g == null ? '' : g.txt"
                parts:
                  lines:
                    of: lines
                    table: position
                    parent: number
                    key: [no]
                    fields: { no: lines.no, text: lines.txt }
        """

    private let journey: Journey

    init() throws {
        journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no NUMERIC(10,2) PRIMARY KEY NOT NULL, nm TEXT NOT NULL);
                CREATE TABLE ord (no DECIMAL PRIMARY KEY NOT NULL, cust NUMERIC(10,2) NOT NULL);
                CREATE TABLE gift (ord REAL PRIMARY KEY NOT NULL, txt TEXT NOT NULL);
                CREATE TABLE line (ord NUMERIC(12,3) NOT NULL, no INTEGER NOT NULL, txt TEXT NOT NULL,
                    PRIMARY KEY (ord, no));
                INSERT INTO cust VALUES (1, 'Ada'), (2.50, 'Bo'), (10, 'Cy'), (9.25, 'Di');
                INSERT INTO ord VALUES (10, 1), (11.5, 2.5), (12, 10), (9, 9.25), (-3, 1);
                INSERT INTO gift VALUES (10, 'bow'), (11.5, 'card');
                INSERT INTO line VALUES (10, 1, 'a'), (11.5, 1, 'b'), (12, 1, 'c'), (12, 2, 'd'), (9, 1, 'e');
                """, on: journey.legacy)
        try journey.run(
            sql: """
                CREATE TABLE purchase (number NUMERIC PRIMARY KEY NOT NULL, customer TEXT NOT NULL,
                    gift TEXT NOT NULL);
                CREATE TABLE position (number NUMERIC NOT NULL, no INTEGER NOT NULL, text TEXT NOT NULL,
                    PRIMARY KEY (number, no));
                """, on: journey.service)
        try journey.write(plan: Self.plan)
        try journey.catchUp()
    }

    @Test func joinsFindWholeAndFractionalNumbers() throws {
        try expectEverything()
        #expect(
            try journey.rows("SELECT number, customer, gift FROM purchase ORDER BY 1", on: journey.service)
                == [
                    ["-3", "Ada", ""], ["9", "Di", ""], ["10", "Ada", "bow"], ["11.5", "Bo", "card"],
                    ["12", "Cy", ""],
                ])
    }

    @Test func changesAndRemovalsOfDecimalKeysArrive() throws {
        try journey.run(
            sql: """
                UPDATE cust SET nm = 'Ada L.' WHERE no = 1;
                DELETE FROM gift WHERE ord = 10;
                INSERT INTO gift VALUES (12.0, 'ring');
                UPDATE line SET txt = 'z' WHERE ord = 12 AND no = 2;
                DELETE FROM line WHERE ord = 9;
                UPDATE ord SET no = 13 WHERE no = 12;
                UPDATE line SET ord = 13 WHERE ord = 12;
                DELETE FROM ord WHERE no = -3;
                """, on: journey.legacy)
        try journey.catchUp()
        try expectEverything()
        #expect(
            try journey.rows("SELECT count(*) FROM banyan_mirror_orders_gift", on: journey.service) == [["2"]]
        )
    }

    /// More rows than one range of the comparison: legacy orders numbers as numbers, the copy as it holds
    /// them.
    @Test func aCopyIsComparedWhateverTheOrderOfItsKeys() throws {
        try journey.run(
            sql: """
                WITH RECURSIVE n(i) AS (SELECT 200 UNION ALL SELECT i + 1 FROM n WHERE i < 12199)
                INSERT INTO cust SELECT i * 0.25, 'name ' || i FROM n
                """, on: journey.legacy)
        try journey.catchUp()
        #expect(
            try copy().map { [$0.compared, $0.missing, $0.extra, $0.different, $0.hot] } == [
                [12_004, 0, 0, 0, 0]
            ])
        try journey.run(
            sql: """
                DELETE FROM banyan_mirror_orders_cust WHERE nm IN ('name 1000', 'name 9001');
                UPDATE banyan_mirror_orders_cust SET nm = 'x'
                WHERE nm IN ('name 1001', 'name 9004', 'name 12199');
                INSERT INTO banyan_mirror_orders_cust
                VALUES (100000, 'e'), ('7000.75', 'e'), ('-1.5', 'e'), (3, 'e');
                """, on: journey.service)
        #expect(try copy().map { [$0.missing, $0.extra, $0.different, $0.hot] } == [[2, 4, 3, 0]])
    }

    private func copy() throws -> [CopyComparison] {
        let plan = try journey.plan()
        let issued = try CertificateIssuer(plan: plan).issue(try #require(plan.contexts.first))
        return issued.report.copies.filter { $0.table == "cust" }
    }

    private func expectEverything() throws {
        let demanded = """
            SELECT o.no, c.nm, coalesce(g.txt, '') FROM ord o JOIN cust c ON c.no = o.cust
            LEFT JOIN gift g ON g.ord = o.no ORDER BY 1
            """
        #expect(
            try journey.rows("SELECT number, customer, gift FROM purchase ORDER BY 1", on: journey.service)
                == journey.rows(demanded, on: journey.legacy))
        #expect(
            try journey.rows("SELECT number, no, text FROM position ORDER BY 1, 2", on: journey.service)
                == journey.rows(
                    "SELECT l.ord, l.no, l.txt FROM line l JOIN ord o ON o.no = l.ord ORDER BY 1, 2",
                    on: journey.legacy))
        let plan = try journey.plan()
        let issued = try CertificateIssuer(plan: plan).issue(try #require(plan.contexts.first))
        #expect(Certificate.check(text: try issued.certificate.text()) == .accept, "\(issued.report)")
    }
}
