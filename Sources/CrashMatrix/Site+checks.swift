import Demo
import Foundation
import Insurer
import Migration
import Plan
import SQLite

extension Site {
    /// Lets a new engine finish, and has everything looked at from outside.
    ///
    /// - Returns: What was checked, in a few words.
    /// - Throws: What is wrong: something acknowledged is lost, something is doubled, an event came twice or
    ///   not at all, or the certificate does not accept.
    func settle() throws -> String {
        try catchUp()
        return try judge()
    }

    /// Has everything looked at from outside, at rest.
    func judge() throws -> String {
        let verdict = try Verdict(of: folder)
        try require(verdict.isLossless, verdict.description)
        try checkTransactions()
        try checkLiveEvents()
        let text = try issueCertificate()
        let said = Certificate.check(text: text)
        try require(said == .accept, "the certificate says \(said)")
        return "\(verdict.findings.acknowledgedOperations) operations, \(verdict.relayedEvents) events"
    }

    /// No transaction of a writer was torn apart on its way into the log.
    private func checkTransactions() throws {
        let audit = try TransactionAudit(path: log)
        let examples = audit.torn.sorted().prefix(5).joined(separator: ", ")
        try require(
            !audit.seen.isEmpty || !FileManager.default.fileExists(atPath: pastFile),
            "the log has no transaction of the writer's")
        try require(audit.torn.isEmpty, "\(audit.torn.count) transactions were torn apart: \(examples)")
    }

    /// Issues a certificate at rest.
    func issueCertificate() throws -> String {
        let checked = try PlanReading.checked(path: folder.path + "/" + plan, environment: [:]).requirePlan()
        guard let context = checked.contexts.first else { throw TrialFailure("the plan has no context") }
        return try CertificateIssuer(plan: checked).issue(context).certificate.text()
    }

    /// Waits until every request is answered.
    func waitForAnswers() throws {
        try Wait.until("the answers to every request", within: .seconds(60)) {
            try requireEngine()
            let control = try SQLiteConnection(path: folder.control, access: .readOnly)
            return try control.integer("SELECT count(*) FROM request WHERE answer IS NULL") == 0
        }
    }

    /// Remembers what the service holds, so that what comes into being later is known to be live.
    func rememberPast() throws {
        let past = try SQLiteConnection(path: pastFile, access: .create)
        try past.execute("ATTACH \(SQLiteName.literal(folder.service)) AS service")
        try past.execute("ATTACH \(SQLiteName.literal(folder.legacy)) AS legacy")
        try past.execute(
            """
            CREATE TABLE aggregate AS SELECT id FROM service.endorsement;
            CREATE TABLE version AS SELECT max(version_id) AS last FROM legacy.policy_version;
            """)
    }

    /// Endorsements that came into being while an engine followed were requested, however often it died and
    /// whatever was read as one transaction.
    private func checkLiveEvents() throws {
        guard FileManager.default.fileExists(atPath: pastFile) else { return }
        let connection = try SQLiteConnection(path: pastFile, access: .readWrite)
        try connection.execute("ATTACH \(SQLiteName.literal(folder.service)) AS service")
        try connection.execute("ATTACH \(SQLiteName.literal(folder.legacy)) AS legacy")
        let silent = try connection.rows(
            """
            SELECT e.policy_number || '/' || e.version_number FROM service.endorsement e
            JOIN legacy.policy_version v ON v.policy_no = e.policy_number AND v.version_no = e.version_number
            WHERE v.version_id > (SELECT last FROM version) AND e.id NOT IN (SELECT id FROM aggregate)
            AND NOT EXISTS (SELECT 1 FROM service.banyan_outbox o
                WHERE o.aggregateid = e.id AND o.type = 'EndorsementRequested')
            ORDER BY 1
            """
        ) { $0.string(0) ?? "" }
        try require(silent.isEmpty, "nobody was told of \(silent.prefix(5).joined(separator: ", "))")
    }

    private var pastFile: String { folder.path + "/past.db" }
}
