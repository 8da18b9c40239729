import SQLite
import Testing

@testable import Insurer

@Suite struct InsurerServiceWriterTests {
    /// Writes so many notes on German motor endorsements and returns what came of them.
    private func note(_ attempts: Int, _ fixture: InsurerFixture) throws -> InsurerServiceWriter.Summary {
        var settings = InsurerServiceWriter.Settings(
            service: fixture.service, witness: fixture.path("s.witness"))
        settings.name = "s"
        settings.limit = attempts
        settings.reason = nil
        return try InsurerServiceWriter(settings).run { false }
    }

    /// Carries the notes to legacy, as the way back does: without the mark of an operation.
    private func carryBack(_ fixture: InsurerFixture) throws {
        let connection = try fixture.connect(fixture.legacy)
        try connection.execute("ATTACH \(SQLiteName.literal(fixture.service)) AS s")
        try connection.execute(
            """
            UPDATE policy_version SET reason_text = e.reason_note FROM s.endorsement AS e
            WHERE e.policy_number = policy_no AND e.version_number = version_no
                AND e.reason_note LIKE 'noted by%'
            """)
    }

    @Test func remembersNotesThatReachLegacy() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.write(200)
        try fixture.buildService()
        #expect(try note(80, fixture).acknowledged == 80)
        try carryBack(fixture)
        let findings = try fixture.check(witnesses: ["w", "s"])
        #expect(findings.isClean, "\(findings)")
    }

    @Test func findsANoteThatIsLost() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.buildService()
        _ = try note(40, fixture)
        try carryBack(fixture)
        for path in [fixture.service, fixture.legacy] {
            let isService = path == fixture.service
            let (table, column) =
                isService ? ("endorsement", "reason_note") : ("policy_version", "reason_text")
            try fixture.connect(path).execute(
                """
                UPDATE \(table) SET \(column) = 'older' WHERE \(column) = (SELECT MAX(\(column))
                    FROM \(table) WHERE \(column) LIKE 'noted by%')
                """
            )
        }
        let findings = try fixture.check(witnesses: ["s"])
        #expect(findings.problems.map(\.name) == ["lost acknowledged"])
        #expect(findings.lostAcknowledged == 1)
    }

    @Test func takesARefusalByTheStoresFenceAsAFailure() throws {
        let fixture = try InsurerFixture(policies: 200)
        try fixture.buildService()
        try fixture.connect(fixture.service).execute(
            """
            CREATE TRIGGER fence BEFORE UPDATE ON endorsement BEGIN SELECT RAISE(ABORT,
                'legacy is the writer'); END
            """)
        let summary = try note(40, fixture)
        #expect(summary.refused == 40)
        #expect(summary.acknowledged == 0)
        #expect(try fixture.check(witnesses: ["s"]).isClean)
    }

    @Test func letsALaterChangeInLegacyOverwriteANote() throws {
        let fixture = try InsurerFixture(policies: 60)
        try fixture.buildService()
        _ = try note(60, fixture)
        try carryBack(fixture)
        try fixture.write(300)
        try fixture.buildService()
        let findings = try fixture.check(witnesses: ["s", "w"])
        #expect(findings.isClean, "\(findings)")
    }
}
