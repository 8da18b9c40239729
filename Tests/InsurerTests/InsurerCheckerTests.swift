import Foundation
import SQLite
import Testing

@testable import Insurer

@Suite struct InsurerCheckerTests {
    /// A portfolio with a store that is right.
    private func migrated() throws -> InsurerFixture {
        let fixture = try InsurerFixture(policies: 300)
        try fixture.buildService()
        return fixture
    }

    private func spoil(_ fixture: InsurerFixture, _ sql: String) throws {
        try fixture.connect(fixture.service).execute(sql)
    }

    @Test func acceptsAStoreThatIsRight() throws {
        let findings = try migrated().check()
        #expect(findings.isClean, "\(findings)")
        #expect(findings.compared > 200)
    }

    @Test func findsAMissingEndorsementAndItsDecisions() throws {
        let fixture = try migrated()
        try spoil(
            fixture,
            """
            CREATE TEMP TABLE gone AS SELECT endorsement_id AS id FROM endorsement_approval GROUP BY 1
                HAVING COUNT(*) = 2 LIMIT 1;
            DELETE FROM endorsement_approval WHERE endorsement_id IN (SELECT id FROM gone);
            DELETE FROM endorsement WHERE id IN (SELECT id FROM gone)
            """)
        let findings = try fixture.check()
        #expect(findings.missing == 1)
        #expect(findings.missingParts == 2)
        #expect(findings.totals == 1)
        #expect(findings.problems.count == 3)
    }

    @Test func findsAnExtraEndorsement() throws {
        let fixture = try migrated()
        try spoil(
            fixture,
            """
            INSERT INTO endorsement SELECT 'ffffffff-0000-4000-8000-000000000000', policy_number, 99, country,
                product,
                reason, reason_note, effective_on, status, 0 FROM endorsement LIMIT 1
            """)
        let findings = try fixture.check()
        #expect(findings.extra == 1)
        #expect(findings.totals == 1)
        #expect(findings.problems.count == 2)
    }

    @Test(arguments: [
        ("country", "CASE country WHEN 'DE' THEN 'AT' ELSE 'DE' END"),
        ("product", "CASE product WHEN 'home' THEN 'auto' ELSE 'home' END"),
        ("reason", "CASE reason WHEN 'unspecified' THEN 'sum_insured' ELSE 'unspecified' END"),
        ("reason_note", "reason_note || 'x'"),
        ("effective_on", "date(effective_on, '+1 day')"),
        ("status", "CASE status WHEN 'approved' THEN 'requested' ELSE 'approved' END"),
        ("premium_impact", "premium_impact + 0.01"),
    ])
    func findsADifferentField(_ field: String, _ value: String) throws {
        let fixture = try migrated()
        try spoil(
            fixture,
            """
            UPDATE endorsement SET \(field) = \(value)
            WHERE id IN (SELECT id FROM endorsement WHERE reason_note IS NOT NULL ORDER BY id LIMIT 1)
            """)
        let findings = try fixture.check()
        #expect(findings.different == 1)
        #expect(findings.differentFields == [field: 1])
        #expect(findings.missing + findings.extra == 0)
    }

    @Test func findsSpoiltDecisions() throws {
        let fixture = try migrated()
        try spoil(
            fixture,
            """
            UPDATE endorsement_approval SET approver = 'NOBODY' WHERE rowid = (SELECT MIN(rowid)
                FROM endorsement_approval);
            DELETE FROM endorsement_approval WHERE rowid = (SELECT MAX(rowid) FROM endorsement_approval);
            INSERT INTO endorsement_approval SELECT id, 999999, 'refused', NULL, '2024-01-01'
                FROM endorsement LIMIT 1;
            INSERT INTO endorsement_approval VALUES ('no endorsement at all', 1, 'refused', NULL,
                '2024-01-01')
            """)
        let findings = try fixture.check()
        #expect(findings.differentParts == 1)
        #expect(findings.missingParts == 1)
        #expect(findings.extraParts == 2)
    }

    @Test func findsRowsThatWereDroppedInsteadOfSetAside() throws {
        let fixture = try migrated()
        let aside = try fixture.setAside().filter { $0.policyNumber != nil }
        #expect(try fixture.check(quarantined: []).notQuarantined == aside.count)
        let good = try fixture.connect(fixture.service).rows(
            "SELECT policy_number, version_number FROM endorsement LIMIT 1"
        ) { NaturalKey(policyNumber: $0.string(0), versionNumber: $0.integer(1)) }
        let findings = try fixture.check(quarantined: aside + good)
        #expect(findings.wronglyQuarantined == 1)
        #expect(findings.notQuarantined == 0)
    }

    @Test func leavesOutKeysThatAreSetAside() throws {
        let fixture = try migrated()
        let key = try fixture.connect(fixture.service).rows(
            "SELECT policy_number, version_number FROM endorsement ORDER BY id LIMIT 1"
        ) { NaturalKey(policyNumber: $0.string(0), versionNumber: $0.integer(1)) }
        try spoil(
            fixture,
            """
            UPDATE endorsement SET reason_note = 'x', country = 'CH' WHERE id = (SELECT MIN(id)
                FROM endorsement)
            """
        )
        let findings = try fixture.check(quarantined: try fixture.setAside() + key)
        #expect(findings.problems.map(\.name) == ["wrongly quarantined"])
    }

    @Test func findsALostAcknowledgedOperation() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.write(300)
        let connection = try fixture.connect(fixture.legacy)
        try connection.execute(
            """
            UPDATE policy_version SET prem_amt = prem_amt + 1
            WHERE version_id = (SELECT MAX(version_id) FROM policy_version WHERE last_op IS NOT NULL)
            """)
        try fixture.buildService()
        #expect(try fixture.check(witnesses: ["w"]).lostAcknowledged == 1)
        try connection.execute(
            """
            DELETE FROM policy WHERE policy_no = (SELECT policy_no FROM policy
                WHERE last_op IS NOT NULL LIMIT 1)
            """
        )
        #expect(try fixture.check(witnesses: ["w"]).lostAcknowledged == 2)
    }

    @Test func findsAFailedOperationThatIsVisible() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.write(300, rollbacks: 20)
        let records = try WitnessFile.records(at: fixture.path("w.witness"))
        let failed =
            records.first { if case .outcome(_, false, _) = $0 { true } else { false } }?.transaction ?? ""
        try fixture.connect(fixture.legacy).execute(
            """
            UPDATE agent SET agent_no = agent_no;
            UPDATE policy SET last_op = '\(failed).1' WHERE policy_no =
                (SELECT MIN(policy_no) FROM policy WHERE last_op IS NULL);
            UPDATE policy SET last_op = 'stranger-1.1' WHERE policy_no =
                (SELECT MAX(policy_no) FROM policy WHERE last_op IS NULL)
            """)
        try fixture.buildService()
        let findings = try fixture.check(witnesses: ["w"])
        #expect(findings.failedButVisible == 1)
        #expect(findings.unexplained == 1)
        #expect(findings.lostAcknowledged == 0)
    }

    @Test func findsDuplicateHistoricalAndMissingEvents() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.write(300)
        try fixture.buildService()
        try fixture.publishEvents(of: ["w"])
        #expect(try fixture.check(witnesses: ["w"], outbox: "banyan_outbox").isClean)
        try spoil(
            fixture,
            """
            INSERT INTO banyan_outbox (aggregatetype, aggregateid, type, payload)
                SELECT aggregatetype, aggregateid, type, payload FROM banyan_outbox ORDER BY id LIMIT 1;
            DELETE FROM banyan_outbox WHERE id = (SELECT MAX(id) FROM banyan_outbox GROUP BY aggregateid, type
                HAVING COUNT(*) = 1 ORDER BY 1 DESC LIMIT 1);
            INSERT INTO banyan_outbox (aggregatetype, aggregateid, type, payload)
                SELECT 'endorsement', e.id, 'EndorsementApproved', '{}' FROM endorsement e
                WHERE e.status = 'approved' AND NOT EXISTS (SELECT 1 FROM banyan_outbox o
                    WHERE o.aggregateid = e.policy_number || '#' || e.version_number) LIMIT 1;
            INSERT INTO banyan_outbox (aggregatetype, aggregateid, type, payload)
                VALUES ('endorsement', 'gone', 'EndorsementRequested', 'not json')
            """)
        let findings = try fixture.check(witnesses: ["w"], outbox: "banyan_outbox")
        #expect(findings.duplicateEvents == 1)
        #expect(findings.missingEvents == 1)
        #expect(findings.historicalEvents == 2)
    }

    @Test func refusesDatabasesThatAreNotThere() throws {
        let fixture = try InsurerFixture()
        #expect(throws: SQLiteError.self) { try fixture.check(quarantined: []) }
        #expect(!FileManager.default.fileExists(atPath: fixture.service))
    }
}
