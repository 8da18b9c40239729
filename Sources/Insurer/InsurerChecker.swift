import SQLite

/// Compares the two databases and the writers' memory from outside, without the plan and without Banyan.
///
/// Its verdict is about databases at rest: stop the writers and let the flow catch up first. It only reads.
package struct InsurerChecker: Sendable {
    /// What to check.
    package struct Subject: Sendable {
        /// The policy administration's database: a file, or an address on a server.
        package var legacy: String
        /// The endorsement service's database, likewise.
        package var service: String
        /// The keys that are set aside.
        package var quarantined: [NaturalKey] = []
        /// The witness files of all writers and batches; empty when nothing live happened.
        package var witnesses: [String] = []
        /// The outbox table in the service's database, with its schema where it needs one; nil leaves events
        /// unchecked.
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
    /// - Throws: `SQLiteError`, `PostgresError` and `InsurerError` when something cannot be read.
    package func check() throws -> Findings {
        let connection = try SQLiteConnection(path: ":memory:", access: .create)
        try attach(subject.legacy, as: "legacy", LegacyRow.Table.allCases.map(\.rawValue), to: connection)
        let tables = ["endorsement", "endorsement_approval"] + [subject.outbox].compactMap(\.self)
        try attach(subject.service, as: "service", tables, to: connection)
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

    /// Makes a system's tables readable under a name: a file as it is, tables of a server as a copy.
    private func attach(
        _ address: String, as schema: String, _ tables: [String], to connection: SQLiteConnection
    ) throws {
        if InsurerAddress.isServer(address) {
            try connection.execute("ATTACH ':memory:' AS \(schema)")
            return try ServerCopy(of: address, into: connection, schema: schema).run(tables)
        }
        // ATTACH would make a file that is not there.
        _ = try SQLiteConnection(path: address, access: .readOnly).integer(
            "SELECT COUNT(*) FROM sqlite_schema")
        try connection.execute("ATTACH \(SQLiteName.literal(address)) AS \(schema)")
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
        let isServer = InsurerAddress.isServer(subject.legacy)
        // What a row looks like is said by what keeps it, as the writers heard it.
        let legacy: any InsurerSystem =
            try isServer ? InsurerAddress.open(subject.legacy) : SQLiteSystem(connection)
        for table in LegacyRow.Table.allCases {
            let sql = table.image(where: "last_op IS NOT NULL", on: legacy.dialect)
                .replacing(
                    " FROM \(table.rawValue) ", with: " FROM \(isServer ? "" : "legacy.")\(table.rawValue) ")
            for (key, row) in try legacy.rows(
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
