import SQLite

/// Compares the two databases and the writers' memory from outside, without the plan and without Banyan.
///
/// Its verdict is about databases at rest: stop the writers and let the flow catch up first. It only reads.
package struct InsurerChecker: Sendable {
    /// What to check.
    package struct Subject: Sendable {
        /// The policy administration's database.
        package var legacy: String
        /// The endorsement service's database.
        package var service: String
        /// The keys that are set aside.
        package var quarantined: [NaturalKey] = []
        /// The witness files of all writers and batches; empty when nothing live happened.
        package var witnesses: [String] = []
        /// The outbox table in the service's database; nil leaves events unchecked.
        package var outbox: String?

        /// A check of two databases.
        package init(legacy: String, service: String) {
            self.legacy = legacy
            self.service = service
        }
    }

    let subject: Subject

    /// A checker of these databases.
    package init(_ subject: Subject) { self.subject = subject }

    /// Checks everything.
    ///
    /// - Throws: `SQLiteError` and `InsurerError` when something cannot be read.
    package func check() throws -> Findings {
        // ATTACH would make a file that is not there.
        for path in [subject.legacy, subject.service] {
            _ = try SQLiteConnection(path: path, access: .readOnly).integer(
                "SELECT COUNT(*) FROM sqlite_schema")
        }
        let connection = try SQLiteConnection(path: ":memory:", access: .create)
        try connection.execute("ATTACH \(SQLiteName.literal(subject.legacy)) AS legacy")
        try connection.execute("ATTACH \(SQLiteName.literal(subject.service)) AS service")
        var history = WitnessHistory(try subject.witnesses.flatMap(WitnessFile.records(at:)))
        var findings = Findings()
        try connection.snapshot {
            try prepare(connection)
            try compareStores(connection, &findings)
            let rows = try markedRows(connection, of: history)
            history.settle(seeing: Set(rows.values.compactMap(\.mark)))
            let notes = ServiceAudit(history)
            let written = try rowsWritten(by: notes, connection)
            report(EffectAudit(history).run(on: rows, writtenByService: written), &findings)
            try auditNotes(notes, connection, &findings)
            if let outbox = subject.outbox { try auditEvents(connection, outbox, history, &findings) }
        }
        let transactions = history.transactions.values
        findings.acknowledgedOperations = transactions.filter { $0.outcome == .acknowledged }
            .reduce(0) { $0 + $1.operations.count + $1.serviceOperations.count }
        findings.unknownTransactions = transactions.count { $0.outcome == .unknown }
        return findings
    }

    private func prepare(_ connection: SQLiteConnection) throws {
        try connection.execute(ExampleFile.expected.text)
        for key in subject.quarantined {
            try connection.run(
                "INSERT INTO temp.quarantined (policy_number, version_number) VALUES (?, ?)",
                [.optional(key.policyNumber), .integer(key.versionNumber)])
        }
    }

    /// Rows that carry an operation's mark, and those that the witnesses speak of.
    private func markedRows(
        _ connection: SQLiteConnection, of history: WitnessHistory
    ) throws -> [LegacyRow: EffectAudit.Found] {
        var found: [LegacyRow: EffectAudit.Found] = [:]
        for table in LegacyRow.Table.allCases {
            let sql = table.image(where: "last_op IS NOT NULL")
                .replacing(" FROM \(table.rawValue) ", with: " FROM legacy.\(table.rawValue) ")
            for (key, row) in try connection.rows(
                sql, [],
                {
                    (
                        $0.string(0) ?? "",
                        EffectAudit.Found(mark: $0.string(1), digest: RowDigest(of: $0.string(2) ?? ""))
                    )
                })
            {
                found[LegacyRow(table, key)] = row
            }
        }
        return found
    }

    private func report(_ audit: EffectAudit.Result, _ findings: inout Findings) {
        findings.lostAcknowledged += audit.lost.count
        findings.failedButVisible += audit.failedButVisible.count
        findings.unexplained = audit.unexplained.count
        for name in audit.lost { findings.add(name, "lost acknowledged") }
        for name in audit.failedButVisible { findings.add(name, "failed but visible") }
        for name in audit.unexplained { findings.add(name, "unexplained") }
    }
}
