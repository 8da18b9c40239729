import SQLite

/// The nightly batch: corrects addresses in bulk, and does more than anybody remembers.
package struct InsurerBatch: Sendable {
    /// What a run did.
    package struct Summary: Codable, Equatable, Sendable {
        /// Policies whose address was rewritten.
        package var addresses = 0
        /// Endorsements whose premium was worked out anew.
        package var premiums = 0
        /// False when the database refused the batch and nothing of it happened.
        package var isCommitted = false

        /// Nothing yet.
        package init() {}
    }

    private let legacy: String
    private let witness: String
    private let name: String
    private let rerates: Bool

    /// A batch on a database.
    ///
    /// - Parameters:
    ///   - legacy: The policy administration's database: a file, or an address on a server.
    ///   - witness: The batch's own witness file.
    ///   - name: The batch's name, unique among all writers and batches of one run.
    ///   - rerates: Whether it also works out the premium of German motor endorsements for a change of
    ///     address, the step that nobody has written down.
    package init(legacy: String, witness: String, name: String = "nightly", rerates: Bool = false) {
        self.legacy = legacy
        self.witness = witness
        self.name = name
        self.rerates = rerates
    }

    /// Runs the batch once, in one transaction.
    ///
    /// - Throws: `SQLiteError` or `PostgresError` unless the database refused a row, which the summary tells.
    package func run() throws -> Summary {
        let connection = try InsurerAddress.open(legacy, writes: true, busyMilliseconds: 60_000)
        let log = try WitnessLog(path: witness)
        let transaction = "\(name)-\(log.nextTransaction())"
        var summary = Summary()
        do {
            try connection.write {
                // First, as every transaction does: whoever has the number goes before all others.
                let sequence = try next("TXN", connection)
                let rows = try change(connection, as: transaction + ".1", &summary)
                let records = try remember(rows, in: transaction, sequence, connection)
                try log.append(records)
            }
        } catch let refusal as InsurerRefusal where refusal.isByRule {
            try log.append([.outcome(transaction: transaction, isAcknowledged: false, reason: "refused")])
            try log.force()
            return Summary()
        }
        summary.isCommitted = true
        try log.append([.outcome(transaction: transaction, isAcknowledged: true, reason: "")])
        try log.force()
        return summary
    }

    private func next(_ range: String, _ connection: any InsurerSystem) throws -> Int64 {
        try connection.integer(
            "UPDATE number_range SET next_val = next_val + 1 WHERE range_nm = ? RETURNING next_val - 1",
            [.text(range)]) ?? 0
    }

    private func change(
        _ connection: any InsurerSystem, as operation: String, _ summary: inout Summary
    ) throws -> [LegacyRow] {
        // Addresses that need nothing are rewritten too, one in eight: that is how such batches are written.
        let addresses = try connection.rows(
            """
            UPDATE policy SET street = rtrim(street), city = rtrim(city), house_no = replace(house_no, ' ',
                ''),
                rev_no = rev_no + 1, last_op = ?
            WHERE street <> rtrim(street) OR city <> rtrim(city) OR house_no LIKE '% %' OR agent_no % 8 = 0
            RETURNING policy_no
            """, [.text(operation)]
        ) { LegacyRow(.policy, $0.string(0) ?? "") }
        summary.addresses = addresses.count
        guard rerates else { return addresses }
        let premiums = try connection.rows(
            """
            UPDATE policy_version SET prem_amt = ROUND(prem_amt * 1.01, 2), rev_no = rev_no + 1, last_op = ?
            WHERE reason_cd = 'ADDR' AND txn_code IN ('EN', 'EA') AND version_id % 3 = 0 AND policy_no IN (
                SELECT policy_no FROM policy WHERE country_cd = 'DE' AND prod_cd = 'AU')
            RETURNING version_id
            """, [.text(operation)]
        ) { LegacyRow(.version, String($0.integer(0))) }
        summary.premiums = premiums.count
        return addresses + premiums
    }

    private func remember(
        _ rows: [LegacyRow], in transaction: String, _ sequence: Int64, _ connection: any InsurerSystem
    ) throws -> [WitnessRecord] {
        let run = try next("RUN", connection)
        try connection.run(
            "INSERT INTO batch_run (run_id, batch_nm, run_dt, rows_done) VALUES (?, ?, ?, ?)",
            [.integer(run), .text(name), .text(BusinessDay.endOfHistory.text), .count(rows.count)])
        let effects = try rows.map { row in
            let images = try connection.rows(
                row.table.image(where: "\(row.table.primaryKey) = ?", on: connection.dialect),
                [.text(row.key)]
            ) {
                RowDigest(of: $0.string(2) ?? "")
            }
            return WitnessEffect(row, images.first)
        }
        let operation = WitnessOperation(
            id: transaction + ".1", kind: "batch", subject: "all policies", effects: effects)
        let time = MonotonicTime.nanoseconds
        return [.intent(transaction: transaction, sequence: sequence, time: time, operation: operation)]
    }
}
