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
        // A server's log moves on by itself; only an engine that runs can say that it has seen all of it.
        if place == .servers { try startEngine() }
        let text = try CertificateIssuer(plan: checked).issue(context).certificate.text()
        try stopEngine()
        return text
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
        if FileManager.default.fileExists(atPath: pastFile) {
            try FileManager.default.removeItem(atPath: pastFile)
        }
        let past = try SQLiteConnection(path: pastFile, access: .create)
        try past.execute("CREATE TABLE aggregate (id TEXT PRIMARY KEY); CREATE TABLE version (last INTEGER)")
        let last = try InsurerAddress.open(folder.legacy).integer(
            "SELECT max(version_id) FROM policy_version")
        try past.run("INSERT INTO version VALUES (?)", [.optional(last)])
        let ids = try InsurerAddress.open(folder.service).rows("SELECT id FROM endorsement") { $0.string(0) }
        try past.immediate {
            for id in ids { try past.run("INSERT INTO aggregate VALUES (?)", [.optional(id)]) }
        }
    }

    /// Endorsements that came into being while an engine followed were requested, however often it died and
    /// whatever was read as one transaction.
    private func checkLiveEvents() throws {
        guard FileManager.default.fileExists(atPath: pastFile) else { return }
        let past = try SQLiteConnection(path: pastFile, access: .readOnly)
        let last = try past.integer("SELECT last FROM version")
        let old = Set(try past.rows("SELECT id FROM aggregate") { $0.string(0) })
        let live = try InsurerAddress.open(folder.legacy).rows(
            "SELECT policy_no, version_no FROM policy_version WHERE version_id > ?", [.optional(last)]
        ) { NaturalKey(policyNumber: $0.string(0), versionNumber: $0.integer(1)) }
        let isLive = Set(live)
        try require(!isLive.isEmpty, "nothing came into being while an engine followed")
        let untold = try folder.openService().rows(
            """
            SELECT e.id, e.policy_number, e.version_number FROM endorsement e
            WHERE NOT EXISTS (SELECT 1 FROM banyan_outbox o
                WHERE o.aggregateid = CAST(e.id AS TEXT) AND o.type = 'EndorsementRequested')
            ORDER BY 2, 3
            """
        ) {
            (
                id: $0.string(0),
                key: NaturalKey(policyNumber: $0.string(1), versionNumber: $0.integer(2))
            )
        }
        let silent = untold.filter { isLive.contains($0.key) && !old.contains($0.id) }.map { "\($0.key)" }
        try require(silent.isEmpty, "nobody was told of \(silent.prefix(5).joined(separator: ", "))")
    }

    private var pastFile: String { folder.path + "/past.db" }
}
