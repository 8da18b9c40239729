import SQLite

extension LegacyDesk {
    func endorse(_ policy: String) throws -> [LegacyRow]? {
        let version = try insertVersion(of: policy, random.chance(80) ? "EN" : "EA")
        guard random.chance(75) else { return [version] }
        let flag = random.pick(weighted: [("Y", 6), ("P", 3), ("N", 1)])
        return [version, try insertApproval(of: version.key, flag)]
    }

    func approve(_ policy: String) throws -> [LegacyRow]? {
        guard let endorsement = try chooseEndorsement(of: policy) else { return nil }
        let pending = try connection.integer(
            "SELECT MIN(approval_id) FROM approval WHERE version_id = ? AND flag <> 'Y'",
            [.integer(endorsement.id)])
        let flag = random.chance(85) ? "Y" : "N"
        guard let pending, random.chance(70) else {
            return [try insertApproval(of: String(endorsement.id), flag)]
        }
        try connection.run(
            """
            INSERT INTO approval (approval_id, version_id, flag, approved_by, approved_at, last_op)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (approval_id) DO UPDATE SET flag = excluded.flag, approved_by = excluded.approved_by,
                approved_at = excluded.approved_at, rev_no = approval.rev_no + 1, last_op = excluded.last_op
            """,
            [
                .integer(pending), .integer(endorsement.id), .text(flag), approver(), .text(day.text),
                .text(operation),
            ])
        return [LegacyRow(.approval, String(pending))]
    }

    func correct(_ policy: String) throws -> [LegacyRow]? {
        guard let endorsement = try chooseEndorsement(of: policy) else { return nil }
        let change: (column: String, value: SQLiteValue)
        switch random.below(4) {
        case 0: change = ("eff_dt", .text((day - random.below(400)).text))
        case 1 where endorsement.reason != nil:
            change = ("reason_cd", .text(random.pick(Vocabulary.knownReasons)))
        case 1, 2: change = ("reason_text", .text(random.pick(Vocabulary.freeTextReasons)))
        default: change = ("prem_amt", PortfolioWriter.money(random.within(9_000...300_000)))
        }
        try connection.run(
            """
            UPDATE policy_version SET \(change.column) = ?, rev_no = rev_no + 1, last_op = ?
                WHERE version_id = ?
            """,
            [change.value, .text(operation), .integer(endorsement.id)])
        return [LegacyRow(.version, String(endorsement.id))]
    }

    func cancel(_ policy: String) throws -> [LegacyRow]? {
        guard let endorsement = try chooseEndorsement(of: policy, last: true) else { return nil }
        let approvals = try connection.rows(
            "DELETE FROM approval WHERE version_id = ? RETURNING approval_id", [.integer(endorsement.id)]
        ) { LegacyRow(.approval, String($0.integer(0))) }
        try connection.run("DELETE FROM policy_version WHERE version_id = ?", [.integer(endorsement.id)])
        return approvals + [LegacyRow(.version, String(endorsement.id))]
    }

    /// REPLACE under the row's own id, or under a new one: then the old row is removed by the unique key,
    /// without a DELETE.
    func replace(_ policy: String) throws -> [LegacyRow]? {
        guard let old = try chooseEndorsement(of: policy) else { return nil }
        var rows = [LegacyRow(.version, String(old.id))]
        var id = old.id
        if random.chance(50) {
            id = try next("VERSION")
            rows.append(LegacyRow(.version, String(id)))
            rows += try connection.rows(
                """
                UPDATE approval SET version_id = ?, rev_no = rev_no + 1, last_op = ? WHERE version_id = ?
                RETURNING approval_id
                """, [.integer(id), .text(operation), .integer(old.id)]
            ) { LegacyRow(.approval, String($0.integer(0))) }
        }
        try connection.overwrite(
            "policy_version", where: ("version_id", .integer(old.id)),
            """
            version_id, policy_no, version_no, txn_code, reason_cd, reason_text, eff_dt, booked_at, prem_amt,
            prior_prem_amt, source_ref, entered_by, rev_no, last_op
            """,
            with: """
                ?, policy_no, version_no, txn_code, reason_cd, reason_text, ?, booked_at, ?, prior_prem_amt,
                source_ref, ?, rev_no + 1, ?
                """,
            [
                .integer(id), .text((day + random.below(20)).text),
                PortfolioWriter.money(random.within(9_000...300_000)),
                .text(random.pick(Vocabulary.clerks)), .text(operation),
            ])
        return rows
    }

    /// A version that is inserted if its number is free and updated if it is not.
    func upsert(_ policy: String) throws -> [LegacyRow]? {
        let known = try random.chance(60) ? chooseEndorsement(of: policy) : nil
        let number = try known?.number ?? nextVersionNumber(of: policy)
        let prior = try lastPremium(of: policy)
        let ids = try connection.rows(
            """
            INSERT INTO policy_version (version_id, policy_no, version_no, txn_code, reason_cd, reason_text,
                eff_dt, booked_at, prem_amt, prior_prem_amt, source_ref, entered_by, last_op)
            VALUES (?, ?, ?, 'EN', 'COVR', NULL, ?, ?, ?, ?, NULL, ?, ?)
            ON CONFLICT (policy_no, version_no) DO UPDATE SET prem_amt = excluded.prem_amt,
                eff_dt = excluded.eff_dt,
                rev_no = policy_version.rev_no + 1, last_op = excluded.last_op
            RETURNING version_id
            """,
            [
                .integer(try next("VERSION")), .text(policy), .integer(number), .text(day.text),
                .text(bookedAt()),
                PortfolioWriter.money(random.within(9_000...300_000)), .double(prior),
                .text(random.pick(Vocabulary.clerks)), .text(operation),
            ]
        ) { $0.integer(0) }
        return ids.map { LegacyRow(.version, String($0)) }
    }

    /// A new technical correction, an endorsement that turns out to be one, or one that turns out to be an
    /// endorsement.
    func technical(_ policy: String) throws -> [LegacyRow]? {
        guard random.chance(40) else { return [try insertVersion(of: policy, "TC")] }
        let row = try connection.rows(
            """
            SELECT version_id, txn_code FROM policy_version
            WHERE policy_no = ? AND txn_code IN ('EN', 'TC') AND prior_prem_amt IS NOT NULL
                ORDER BY version_no DESC LIMIT 1
            """, [.text(policy)]
        ) { ($0.integer(0), $0.string(1)) }.first
        guard let (id, transaction) = row else { return nil }
        try connection.run(
            "UPDATE policy_version SET txn_code = ?, rev_no = rev_no + 1, last_op = ? WHERE version_id = ?",
            [.text(transaction == "TC" ? "EN" : "TC"), .text(operation), .integer(id)])
        return [LegacyRow(.version, String(id))]
    }

    /// A version under a number that is taken: the schema refuses it.
    func collide(_ policy: String) throws -> [LegacyRow]? {
        guard let taken = try chooseEndorsement(of: policy) else { return nil }
        return [try insertVersion(of: policy, "EN", number: taken.number)]
    }

    func insertVersion(of policy: String, _ transaction: String, number: Int64? = nil) throws -> LegacyRow {
        let id = try next("VERSION")
        let prior = try lastPremium(of: policy)
        let isEndorsement = transaction != "TC"
        let premium = isEndorsement ? PortfolioWriter.money(random.within(9_000...300_000)) : .double(prior)
        let isFreeText = try isEndorsement && writesFreeText(policy)
        let product =
            try connection.string("SELECT prod_cd FROM policy WHERE policy_no = ?", [.text(policy)]) ?? ""
        let reason = random.pick(Vocabulary.reasons[product] ?? Vocabulary.knownReasons)
        try connection.run(
            """
            INSERT INTO policy_version (version_id, policy_no, version_no, txn_code, reason_cd, reason_text,
                eff_dt, booked_at, prem_amt, prior_prem_amt, source_ref, entered_by, last_op)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(id), .text(policy), .integer(try number ?? nextVersionNumber(of: policy)),
                .text(transaction),
                isEndorsement && !isFreeText ? .text(reason) : .null,
                isFreeText ? .text(random.pick(Vocabulary.freeTextReasons)) : .null,
                .text((day - random.below(40)).text), .text(bookedAt()), premium, .double(prior),
                random.chance(90) ? .text("BR" + random.below(9_999_999).padded(to: 7)) : .null,
                .text(random.pick(Vocabulary.clerks)), .text(operation),
            ])
        return LegacyRow(.version, String(id))
    }

    private func insertApproval(of version: String, _ flag: String) throws -> LegacyRow {
        let id = try next("APPROVAL")
        try connection.run(
            """
            INSERT INTO approval (approval_id, version_id, flag, approved_by, approved_at, last_op)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(id), .text(version), .text(flag), flag == "P" ? .null : approver(),
                flag == "P" ? .null : .text(day.text), .text(operation),
            ])
        return LegacyRow(.approval, String(id))
    }

    private func approver() -> SQLiteValue {
        random.chance(30) ? .null : .text(random.pick(Vocabulary.clerks))
    }

    private func bookedAt() -> String { day.text + PortfolioWriter.time(random.below(36_000)) }

    private func nextVersionNumber(of policy: String) throws -> Int64 {
        try connection.integer(
            "SELECT MAX(version_no) + 1 FROM policy_version WHERE policy_no = ?", [.text(policy)]) ?? 1
    }

    private func lastPremium(of policy: String) throws -> Double {
        try connection.rows(
            "SELECT prem_amt FROM policy_version WHERE policy_no = ? ORDER BY version_no DESC LIMIT 1",
            [.text(policy)]
        ) { $0.double(0) }.first ?? 0
    }

    private func writesFreeText(_ policy: String) throws -> Bool {
        try connection.integer(
            "SELECT 1 FROM policy WHERE policy_no = ? AND country_cd = 'DE' AND rtrim(region) = 'NW'",
            [.text(policy)]) != nil
    }
}
