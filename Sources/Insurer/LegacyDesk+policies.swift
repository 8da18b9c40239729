import SQLite

extension LegacyDesk {
    /// A new address, by UPDATE or, as one of the old programs does it, by REPLACE of the whole row.
    func relocate(_ policy: String) throws -> [LegacyRow]? {
        let address: [SQLiteValue] = [
            .text(random.pick(Vocabulary.streets)),
            random.chance(10) ? .null : .text(String(random.within(1...180))),
            .text(random.chance(20) ? "UMGEZOGEN  " : "Neustadt"), .text(operation),
        ]
        if random.chance(80) {
            try connection.run(
                """
                UPDATE policy SET street = ?, house_no = ?, city = ?, rev_no = rev_no + 1, last_op = ?
                    WHERE policy_no = ?
                """,
                address + [.text(policy)])
        } else {
            try connection.overwrite(
                "policy", where: ("policy_no", .text(policy)),
                """
                policy_no, country_cd, prod_cd, region, holder_name, street, house_no, postcode, city,
                agent_no, incept_dt, cancel_dt, status_cd, rev_no, last_op
                """,
                with: """
                    policy_no, country_cd, prod_cd, region, holder_name, ?, ?, postcode, ?, agent_no,
                    incept_dt, cancel_dt, status_cd, rev_no + 1, ?
                    """, address)
        }
        return [LegacyRow(.policy, policy)]
    }

    /// Another product for the whole policy: one row changes, all its endorsements mean something else.
    func reclassify(_ policy: String) throws -> [LegacyRow]? {
        try connection.run(
            """
            UPDATE policy SET prod_cd = CASE prod_cd WHEN 'AU' THEN 'LE' WHEN 'LE' THEN 'AU' WHEN 'HO'
                THEN 'LI' ELSE 'HO' END,
                rev_no = rev_no + 1, last_op = ? WHERE policy_no = ?
            """, [.text(operation), .text(policy)])
        return [LegacyRow(.policy, policy)]
    }

    /// Other version numbers: one moves up, two change places, or one overwrites the one before it.
    func renumber(_ policy: String) throws -> [LegacyRow]? {
        let last = try connection.rows(
            """
            SELECT version_id, version_no FROM policy_version WHERE policy_no = ?
                ORDER BY version_no DESC LIMIT 2
            """,
            [.text(policy)]
        ) { (id: $0.integer(0), number: $0.integer(1)) }
        guard let first = last.first, last.count == 2 else { return nil }
        let second = last[1]
        switch random.below(10) {
        case 0..<5:
            try setNumber(first.number + Int64(random.within(1...3)), of: first.id)
            return [LegacyRow(.version, String(first.id))]
        case 5..<9 where second.number > 1:
            // The numbers are unique, so one of the two steps aside for a moment.
            try setNumber(-first.number, of: first.id)
            try setNumber(first.number, of: second.id)
            try setNumber(second.number, of: first.id)
        default:
            guard second.number > 1 else { return nil }
            try takeNumber(second.number, of: first.id, from: second.id)
        }
        return [first, second].map { LegacyRow(.version, String($0.id)) }
    }

    /// Gives a version the number of another one, which is gone then.
    private func takeNumber(_ number: Int64, of id: Int64, from other: Int64) throws {
        if connection.dialect == .sqlite {
            return try setNumber(number, of: id, conflict: "OR REPLACE")
        }
        try connection.run("DELETE FROM policy_version WHERE version_id = ?", [.integer(other)])
        try setNumber(number, of: id)
    }

    private func setNumber(_ number: Int64, of id: Int64, conflict: String = "") throws {
        try connection.run(
            """
            UPDATE \(conflict) policy_version SET version_no = ?, rev_no = rev_no + 1, last_op = ?
                WHERE version_id = ?
            """,
            [.integer(number), .text(operation), .integer(id)])
    }

    /// Another number for the policy and everything that refers to it.
    func rekey(_ policy: String) throws -> [LegacyRow]? {
        let corrected = "K" + Int(try next("VERSION")).padded(to: 9)
        try watch(corrected)
        try connection.run(
            "UPDATE policy SET policy_no = ?, rev_no = rev_no + 1, last_op = ? WHERE policy_no = ?",
            [.text(corrected), .text(operation), .text(policy)])
        let versions = try connection.rows(
            """
            UPDATE policy_version SET policy_no = ?, rev_no = rev_no + 1, last_op = ?
                WHERE policy_no = ? RETURNING version_id
            """,
            [.text(corrected), .text(operation), .text(policy)]
        ) { LegacyRow(.version, String($0.integer(0))) }
        for table in ["premium_booking", "claim"] {
            try connection.run(
                "UPDATE \(table) SET policy_no = ? WHERE policy_no = ?", [.text(corrected), .text(policy)])
        }
        portfolio.append(corrected)
        return [LegacyRow(.policy, policy), LegacyRow(.policy, corrected)] + versions
    }

    /// Deletes the policy with its versions and decisions; its number is free again.
    func purge(_ policy: String) throws -> [LegacyRow]? {
        let approvals = try connection.rows(
            """
            DELETE FROM approval WHERE version_id IN (SELECT version_id FROM policy_version
                WHERE policy_no = ?)
            RETURNING approval_id
            """, [.text(policy)]
        ) { LegacyRow(.approval, String($0.integer(0))) }
        let versions = try connection.rows(
            "DELETE FROM policy_version WHERE policy_no = ? RETURNING version_id", [.text(policy)]
        ) { LegacyRow(.version, String($0.integer(0))) }
        try connection.run(
            """
            INSERT INTO policy_purged (policy_no, purged_dt, holder_name)
            SELECT policy_no, ?, holder_name FROM policy WHERE policy_no = ? ON CONFLICT DO NOTHING
            """, [.text(day.text), .text(policy)])
        try connection.run("DELETE FROM policy WHERE policy_no = ?", [.text(policy)])
        purged.append(policy)
        return approvals + versions + [LegacyRow(.policy, policy)]
    }

    /// Gives a purged number to a new contract, whose endorsement has the key that one of the old contract's
    /// had.
    func reissue(_ policy: String) throws -> [LegacyRow]? {
        purged.removeLast()
        guard try connection.integer("SELECT 1 FROM policy WHERE policy_no = ?", [.text(policy)]) == nil
        else { return nil }
        try connection.run(
            """
            INSERT INTO policy (policy_no, country_cd, prod_cd, region, holder_name, street, postcode, city,
                agent_no, incept_dt, cancel_dt, last_op)
            VALUES (?, 'DE', 'AU', 'SO', ?, ?, '04109', 'Leipzig', ?, ?, '99991231', ?)
            """,
            [
                .text(policy), .text(random.pick(Vocabulary.givenNames) + " Neuvertrag"),
                .text(random.pick(Vocabulary.streets)), .count(random.within(1...50)), .text(day.text),
                .text(operation),
            ])
        let newBusiness = try insertVersion(of: policy, "NB", number: 1)
        let endorsement = try insertVersion(of: policy, "EN", number: 2)
        return [LegacyRow(.policy, policy), newBusiness, endorsement]
    }
}
