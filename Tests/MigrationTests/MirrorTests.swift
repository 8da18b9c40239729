import Foundation
import Insurer
import Migration
import Plan
import Testing

@Suite(.serialized)
struct MirrorTests {
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
            reads:
              c: { table: cust, root: true }
            codes:
              kind: { P: private, B: business, NULL: unknown, otherwise: quarantine }
            aggregates:
              customer:
                root: c
                identity: { natural: [c.no] }
                table: customer
                facts:
                  profile:
                    number: c.no
                    name: c.nm
                    kind: code('kind', c.kd)
        """

    @Test func mirrorsHistoryAndSetsAsideWhatItCannotTranslate() throws {
        let journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no INTEGER PRIMARY KEY, nm TEXT NOT NULL, kd TEXT);
                INSERT INTO cust VALUES (1, 'Ada', 'P'), (2, 'Bo', 'B'), (3, 'Cy', NULL), (4, 'Di', 'X');
                """, on: journey.legacy)
        try journey.run(
            sql: "CREATE TABLE customer (number INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL)",
            on: journey.service)
        try journey.write(plan: Self.plan)
        let status = try journey.catchUp()
        #expect(
            try journey.rows("SELECT number, name, kind FROM customer ORDER BY number", on: journey.service)
                == [["1", "Ada", "private"], ["2", "Bo", "business"], ["3", "Cy", "unknown"]])
        #expect(status.contexts.first?.quarantine == ["unknown_code": 1])
        try journey.run(
            sql: """
                UPDATE cust SET nm = 'Ada L.' WHERE no = 1; DELETE FROM cust WHERE no = 2;
                INSERT INTO cust VALUES (5, 'Ed', 'P'); UPDATE cust SET no = 6 WHERE no = 3;
                UPDATE cust SET kd = 'P' WHERE no = 4;
                """, on: journey.legacy)
        try journey.catchUp()
        #expect(
            try journey.rows("SELECT number, name, kind FROM customer ORDER BY number", on: journey.service)
                == [["1", "Ada L.", "private"], ["5", "Ed", "private"], ["6", "Cy", "unknown"]])
        let plan = try journey.plan()
        let context = try #require(plan.contexts.first)
        let issued = try CertificateIssuer(plan: plan).issue(context)
        #expect(Certificate.check(text: try issued.certificate.text()) == .accept, "\(issued.report)")
    }

    @Test func aBetterMappingIsReplayedOverTheLog() throws {
        let journey = try Journey()
        try journey.run(
            sql: """
                CREATE TABLE cust (no INTEGER PRIMARY KEY, nm TEXT NOT NULL, kd TEXT);
                INSERT INTO cust VALUES (1, 'Ada', 'P'), (2, 'Bo', 'B'), (3, 'Cy', NULL);
                """, on: journey.legacy)
        try journey.run(
            sql: "CREATE TABLE customer (number INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL)",
            on: journey.service)
        try journey.write(plan: Self.plan)
        try journey.catchUp()
        try journey.run(
            sql: "UPDATE cust SET kd = 'B' WHERE no = 1; DELETE FROM cust WHERE no = 2;", on: journey.legacy)
        try journey.catchUp()
        try journey.write(plan: Self.plan.replacing("B: business", with: "B: company"))
        let plan = try journey.plan()
        let context = try #require(plan.contexts.first)
        let answer = try RequestDesk(plan: plan).perform(.recompute(key: nil), in: context)
        #expect(answer.text == "3 aggregates computed again")
        #expect(
            try journey.rows("SELECT number, kind FROM customer ORDER BY number", on: journey.service)
                == [["1", "company"], ["3", "unknown"]])
        #expect(try journey.rows("SELECT count(*) FROM banyan_outbox", on: journey.service) == [["0"]])
    }

    @Test func mirrorsTheInsurer() throws {
        let journey = try Journey()
        _ = try InsurerGenerator(policies: 300, seed: 7).generate(into: journey.legacy)
        let service = journey.folder + "/endorsements.db"
        try journey.run(sql: ExampleFile.service.text, on: service)
        try journey.write(plan: ExampleFile.plan.text)
        try journey.catchUp()
        var subject = InsurerChecker.Subject(legacy: journey.legacy, service: service)
        subject.outbox = "banyan_outbox"
        let findings = try InsurerChecker(subject).check()
        // What is set aside is listed by the engine under legacy's keys; everything else must hold.
        #expect(findings.problems.allSatisfy { $0.name == "not quarantined" || $0.count == 0 }, "\(findings)")
        let plan = try journey.plan()
        let context = try #require(plan.contexts.first)
        let issued = try CertificateIssuer(plan: plan).issue(context)
        #expect(Certificate.check(text: try issued.certificate.text()) == .accept, "\(issued.report)")
    }
}
