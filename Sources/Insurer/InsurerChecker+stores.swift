import SQLite

extension InsurerChecker {
    /// One row that a check file returns.
    private struct Line {
        var finding: String
        var key: String
        var field: String?
    }

    /// Runs the check files that compare the two stores.
    func compareStores(_ connection: SQLiteConnection, _ findings: inout Findings) throws {
        findings.compared = Int(try connection.integer("SELECT COUNT(*) FROM temp.expected_endorsement") ?? 0)
        var differing: Set<String> = []
        for file in [ExampleFile.endorsements, .approvals, .quarantine, .totals] {
            for line in try lines(of: file, connection) {
                count(line, &differing, &findings)
                findings.add(line.field.map { "\(line.key) \($0)" } ?? line.key, line.finding)
            }
        }
        findings.different = differing.count
    }

    private func count(_ line: Line, _ differing: inout Set<String>, _ findings: inout Findings) {
        switch line.finding {
        case "missing": findings.missing += 1
        case "extra": findings.extra += 1
        case "different":
            differing.insert(line.key)
            findings.differentFields[line.field ?? "", default: 0] += 1
        case "missing part": findings.missingParts += 1
        case "extra part": findings.extraParts += 1
        case "different part": findings.differentParts += 1
        case "not quarantined": findings.notQuarantined += 1
        case "wrongly quarantined": findings.wronglyQuarantined += 1
        default: findings.totals += 1
        }
    }

    private func lines(of file: ExampleFile, _ connection: SQLiteConnection) throws -> [Line] {
        try connection.rows(file.text) { row in
            let policy = row.string(1) ?? "?"
            let key = row.isNull(2) ? policy : "\(policy)/\(row.integer(2))"
            return Line(finding: row.string(0) ?? "", key: key, field: row.string(3))
        }
    }

    /// The legacy rows of endorsements on which service users may have written.
    func rowsWritten(by notes: ServiceAudit, _ connection: SQLiteConnection) throws -> Set<LegacyRow> {
        let rows = try notes.keys.flatMap { key in
            try connection.rows(
                "SELECT version_id FROM legacy.policy_version WHERE policy_no = ? AND version_no = ?",
                [.optional(key.policyNumber), .integer(key.versionNumber)]
            ) { LegacyRow(.version, String($0.integer(0))) }
        }
        return Set(rows)
    }

    /// Compares what service users wrote with what the service's store holds.
    func auditNotes(_ notes: ServiceAudit, _ connection: SQLiteConnection, _ findings: inout Findings) throws
    {
        var held: [NaturalKey: RowDigest] = [:]
        for key in notes.keys {
            held[key] = try connection.string(
                "SELECT reason_note FROM service.endorsement WHERE policy_number = ? AND version_number = ?",
                [.optional(key.policyNumber), .integer(key.versionNumber)]
            ).map(RowDigest.init(of:))
        }
        let result = notes.run(on: held)
        findings.lostAcknowledged += result.lost.count
        findings.failedButVisible += result.failedButVisible.count
        for name in result.lost { findings.add(name, "lost acknowledged") }
        for name in result.failedButVisible { findings.add(name, "failed but visible") }
    }

    /// Compares the outbox with what live operations brought about.
    func auditEvents(
        _ connection: SQLiteConnection, _ outbox: String, _ history: WitnessHistory,
        _ findings: inout Findings
    ) throws {
        try connection.execute(
            """
            CREATE TEMP VIEW outbox AS SELECT id, aggregatetype, aggregateid, type, payload
            FROM service.\(SQLiteName.quote(ServerCopy.localName(of: outbox)))
            """)
        let published = try connection.rows(ExampleFile.events.text) { row in
            let isKnown = !row.isNull(1) && !row.isNull(2)
            return EventAudit.Published(
                type: row.string(0) ?? "",
                key: isKnown ? NaturalKey(policyNumber: row.string(1), versionNumber: row.integer(2)) : nil,
                aggregate: row.string(3) ?? "", count: Int(row.integer(4)))
        }
        let result = EventAudit(history).run(on: published, excusing: Set(subject.quarantined))
        findings.duplicateEvents = result.duplicate.values.reduce(0, +)
        findings.historicalEvents = result.historical.values.reduce(0, +)
        findings.missingEvents = result.missing.values.reduce(0, +)
        for (kind, found) in [
            ("duplicate event", result.duplicate), ("historical event", result.historical),
            ("missing event", result.missing),
        ] {
            for name in found.keys.sorted() { findings.add(name, kind) }
        }
    }
}
