import Migration
import Plan
import Reconcile
import SQLite
import Testing

/// Foreign keys of the service's store, which are not enforced while aggregates arrive.
@Suite(.serialized) struct ReferenceTests {
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
            codes:
              kind: { P: private, otherwise: quarantine }
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
                facts: { all: { number: o.no, customer: o.cust, channel: o.ch } }
        """

    private let journey: Journey

    init() throws {
        journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no INTEGER PRIMARY KEY, kd TEXT NOT NULL);
                CREATE TABLE ord (no INTEGER PRIMARY KEY, cust INTEGER, ch TEXT NOT NULL);
                INSERT INTO cust VALUES (1, 'P'), (2, 'P');
                INSERT INTO ord VALUES (10, 1, 'web'), (11, 2, 'shop'), (12, NULL, 'web');
                """, on: journey.legacy)
        try journey.run(
            sql: """
                CREATE TABLE channel (name TEXT PRIMARY KEY NOT NULL);
                INSERT INTO channel VALUES ('web'), ('shop');
                CREATE TABLE customer (number INTEGER PRIMARY KEY, kind TEXT NOT NULL);
                CREATE TABLE purchase (number INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer,
                    channel TEXT NOT NULL REFERENCES channel (name));
                """, on: journey.service)
        try journey.write(plan: Self.plan)
        try journey.catchUp()
    }

    private func issue() throws -> CertificateIssuer.Issued {
        let plan = try journey.plan()
        return try CertificateIssuer(plan: plan).issue(try #require(plan.contexts.first))
    }

    private func counts(_ issued: CertificateIssuer.Issued) -> [String] {
        issued.report.references.map { "\($0.table).\($0.columns)>\($0.parent) \($0.compared) \($0.missing)" }
            .sorted()
    }

    @Test func referencesThatHoldAreCountedAndAccepted() throws {
        let issued = try issue()
        #expect(counts(issued) == ["purchase.channel>channel 3 0", "purchase.customer>customer 2 0"])
        #expect(issued.report.isClean)
        #expect(Certificate.check(text: try issued.certificate.text()) == .accept)
    }

    @Test(arguments: [
        ("INSERT INTO ord VALUES (13, 99, 'web')", "purchase.customer>customer 3 1"),
        ("DELETE FROM cust WHERE no = 2", "purchase.customer>customer 2 1"),
        ("UPDATE ord SET ch = 'fax'", "purchase.channel>channel 3 3"),
        (
            "INSERT INTO cust VALUES (3, '?'); INSERT INTO ord VALUES (13, 3, 'web')",
            "purchase.customer>customer 3 1"
        ),
    ])
    func aRowThatRefersToNothingIsCountedAndRejected(sql: String, found: String) throws {
        try journey.run(sql: sql, on: journey.legacy)
        try journey.catchUp()
        let issued = try issue()
        #expect(counts(issued).contains(found), "\(counts(issued))")
        #expect(!issued.report.isClean)
        guard case .reject(let reasons) = Certificate.check(text: try issued.certificate.text()) else {
            Issue.record("a row that refers to nothing was accepted")
            return
        }
        #expect(reasons.count == 1 && reasons[0].hasPrefix("reference:purchase."), "\(reasons)")
    }
}
