import SQLite

/// Writes drafts into the tables of the policy administration and counts them.
struct PortfolioWriter {
    private let connection: SQLiteConnection
    private let policy: SQLiteStatement
    private let version: SQLiteStatement
    private let approval: SQLiteStatement
    private let booking: SQLiteStatement
    private var random: SeededRandom
    private var summary: PortfolioSummary
    private var claims = 0

    init(_ connection: SQLiteConnection, seed: UInt64) throws {
        self.connection = connection
        policy = try connection.prepare(
            """
            INSERT INTO policy (policy_no, country_cd, prod_cd, region, holder_name, street, house_no,
                postcode, city,
                agent_no, incept_dt, cancel_dt, status_cd)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        version = try connection.prepare(
            """
            INSERT INTO policy_version (version_id, policy_no, version_no, txn_code, reason_cd, reason_text,
                eff_dt, booked_at, prem_amt, prior_prem_amt, source_ref, entered_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        approval = try connection.prepare(
            """
            INSERT INTO approval (approval_id, version_id, flag, approved_by, approved_at)
            VALUES (?, ?, ?, ?, ?)
            """
        )
        booking = try connection.prepare(
            "INSERT INTO premium_booking (policy_no, due_dt, seq_no, amt, paid_dt) VALUES (?, ?, 1, ?, ?)")
        random = SeededRandom(seed: seed, stream: .max)
        summary = PortfolioSummary(seed: seed)
    }

    func writeAgents() throws {
        for number in 1...50 {
            try connection.run(
                "INSERT INTO agent (agent_no, agent_name, branch_cd) VALUES (?, ?, ?)",
                [.count(number), .text("Agentur \(number)"), .text((number % 7 + 100).padded(to: 3))])
        }
    }

    mutating func write(_ draft: PolicyDraft) throws {
        policy.bind([
            .text(draft.number), .text(draft.country), .text(draft.product), .optional(draft.region),
            .text(draft.holder), .text(draft.street), .optional(draft.houseNumber), .text(draft.postcode),
            .text(draft.city), .count(draft.agent), .text(draft.inception.text),
            .text(draft.isCancelled ? BusinessDay.endOfHistory.text : "99991231"),
            .text(draft.isCancelled ? "C" : "A"),
        ])
        try policy.run()
        summary.policies += 1
        for oddity in draft.oddities { summary.oddities[oddity.rawValue, default: 0] += 1 }
        if let predecessor = draft.predecessor { try write(predecessor, before: draft) }
        if random.chance(25), let first = draft.versions.first {
            booking.bind([
                .text(draft.number), .text(draft.inception.text), PortfolioWriter.money(first.premiumCents),
                .text((draft.inception + 12).text),
            ])
            try booking.run()
        }
    }

    /// The number's former life: the archive entry and a claim from that time.
    private mutating func write(
        _ predecessor: (holder: String, purged: BusinessDay), before draft: PolicyDraft
    ) throws {
        try connection.run(
            "INSERT INTO policy_purged (policy_no, purged_dt, holder_name) VALUES (?, ?, ?)",
            [.text(draft.number), .text(predecessor.purged.text), .text(predecessor.holder)])
        claims += 1
        try connection.run(
            "INSERT INTO claim (claim_no, policy_no, loss_dt, reserve_amt) VALUES (?, ?, ?, ?)",
            [.count(claims), .text(draft.number), .text((predecessor.purged - 100).text), .count(750)])
    }

    mutating func write(_ draft: VersionDraft) throws {
        summary.versions += 1
        if draft.isEndorsement { summary.endorsements += 1 }
        version.bind([
            .count(summary.versions), .optional(draft.policyNumber), .count(draft.number),
            .text(draft.transaction),
            .optional(draft.reason), .optional(draft.reasonText), .text(draft.effective),
            .text(draft.booked.text + PortfolioWriter.time(draft.bookedSecond)),
            PortfolioWriter.money(draft.premiumCents),
            draft.priorCents.map(PortfolioWriter.money) ?? .null, .optional(draft.sourceReference),
            .text(draft.enteredBy),
        ])
        try version.run()
        for decision in draft.approvals {
            summary.approvals += 1
            approval.bind([
                .count(summary.approvals), .count(summary.versions), .text(decision.flag),
                .optional(decision.approver),
                .optional(decision.day?.text),
            ])
            try approval.run()
        }
    }

    /// Sets the number ranges behind the last numbers used.
    func finish() throws -> PortfolioSummary {
        let ranges = [
            ("VERSION", summary.versions + 1), ("APPROVAL", summary.approvals + 1), ("CLAIM", claims + 1),
            ("TXN", 1),
            ("RUN", 1),
        ]
        for (name, next) in ranges {
            try connection.run(
                "INSERT INTO number_range (range_nm, next_val) VALUES (?, ?)", [.text(name), .count(next)])
        }
        return summary
    }

    /// An amount as the old programs bind it: the nearest double, which SQLite keeps as an integer where it
    /// is one.
    static func money(_ cents: Int) -> SQLiteValue { .double(Double(cents) / 100) }

    /// Seconds after eight o'clock as six digits.
    static func time(_ second: Int) -> String {
        let total = 8 * 3_600 + second
        return (total / 3_600 * 10_000 + total / 60 % 60 * 100 + total % 60).padded(to: 6)
    }
}
