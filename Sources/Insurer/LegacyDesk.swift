import SQLite

/// The old programs' access to their database: each live operation as the statements that they run.
final class LegacyDesk {
    /// What an operation was about and which rows it touched.
    struct Performed {
        var subject: String
        var rows: [LegacyRow]
    }

    /// An endorsement as an operation finds it.
    struct Endorsement {
        var id: Int64
        var number: Int64
        var reason: String?
        var transaction: String
    }

    let connection: any InsurerSystem
    var random: SeededRandom
    var portfolio: [String]
    var purged: [String] = []
    /// The operation that is being performed, written into the rows it changes.
    var operation = ""
    var day = BusinessDay.endOfHistory + 1
    /// The endorsements of each policy that the open transaction touches, as they were before it.
    private(set) var before: [String: [Int64: Bool]] = [:]

    /// Opens the database and learns which policies can be worked on.
    init(address: String, seed: UInt64) throws {
        connection = try InsurerAddress.open(address, writes: true)
        // The old programs never waited for the disk; a killed process loses nothing by it.
        if connection.dialect == .sqlite { try connection.execute("PRAGMA synchronous = NORMAL") }
        random = SeededRandom(seed: seed)
        let reasons = Vocabulary.knownReasons.map(SQLiteName.literal).joined(separator: ", ")
        let products = Vocabulary.knownProducts.map(SQLiteName.literal).joined(separator: ", ")
        let days = try connection.rows(
            "SELECT DISTINCT eff_dt FROM policy_version WHERE txn_code IN ('EN', 'EA')"
        ) { $0.string(0) ?? "" }
        let impossible = days.filter { BusinessDay(text: $0) == nil }.map(SQLiteName.literal) + ["''"]
        // Policies with something that must be set aside are left alone: nobody could say what a change to
        // them means.
        portfolio = try connection.rows(
            """
            SELECT p.policy_no FROM policy p WHERE p.prod_cd IN (\(products)) AND NOT EXISTS (
                SELECT 1 FROM policy_version v WHERE v.policy_no = p.policy_no AND v.txn_code IN ('EN',
                    'EA') AND (
                    v.reason_cd NOT IN (\(reasons))
                    OR v.eff_dt IN (\(impossible.joined(separator: ", ")))))
            ORDER BY p.policy_no
            """
        ) { $0.string(0) }.compactMap(\.self)
        guard !portfolio.isEmpty else {
            throw InsurerError(
                .emptyPortfolio, "the database has no policies", hint: "Generate the portfolio first.")
        }
    }

    /// Forgets what the last transaction touched.
    func beginTransaction() { before.removeAll(keepingCapacity: true) }

    /// Performs one operation inside the open transaction; nil when the chosen policy gave no occasion for
    /// it.
    func perform(_ kind: LiveKind, as operation: String) throws -> Performed? {
        self.operation = operation
        guard let policy = kind == .reissue ? purged.last : try choosePolicy() else { return nil }
        try watch(policy)
        guard let rows = try change(kind, policy) else { return nil }
        return Performed(subject: policy, rows: rows)
    }

    private func change(_ kind: LiveKind, _ policy: String) throws -> [LegacyRow]? {
        switch kind {
        case .endorse: try endorse(policy)
        case .approve: try approve(policy)
        case .correct: try correct(policy)
        case .cancel: try cancel(policy)
        case .relocate: try relocate(policy)
        case .replace: try replace(policy)
        case .upsert: try upsert(policy)
        case .renumber: try renumber(policy)
        case .rekey: try rekey(policy)
        case .technical: try technical(policy)
        case .reclassify: try reclassify(policy)
        case .purge: try purge(policy)
        case .reissue: try reissue(policy)
        case .collide: try collide(policy)
        }
    }

    /// Remembers a policy's endorsements before the transaction changes them.
    func watch(_ policy: String) throws {
        guard before[policy] == nil else { return }
        before[policy] = try endorsementStates(of: policy)
    }

    /// What the open transaction changes in the life of the endorsements it touches.
    func events() throws -> [EndorsementEvent] {
        try before.sorted { $0.key < $1.key }.flatMap { policy, states in
            EndorsementEvent.between(states, try endorsementStates(of: policy), of: policy)
        }
    }

    private func endorsementStates(of policy: String) throws -> [Int64: Bool] {
        let states = try connection.rows(
            """
            SELECT v.version_no, CASE WHEN EXISTS (SELECT 1 FROM approval a
                WHERE a.version_id = v.version_id AND a.flag = 'Y') THEN 1 ELSE 0 END
            FROM policy_version v JOIN policy p ON p.policy_no = v.policy_no
            WHERE v.policy_no = ? AND v.txn_code IN ('EN', 'EA')
            """, [.text(policy)]
        ) { ($0.integer(0), $0.integer(1) != 0) }
        return Dictionary(states) { first, _ in first }
    }

    /// A policy that exists; nil after several bad choices.
    ///
    /// A few policies are chosen far more often than the rest.
    private func choosePolicy() throws -> String? {
        for _ in 0..<8 {
            let isHot = random.chance(25)
            let policy = portfolio[random.below(isHot ? min(portfolio.count, 40) : portfolio.count)]
            if try connection.integer("SELECT 1 FROM policy WHERE policy_no = ?", [.text(policy)]) != nil {
                return policy
            }
        }
        return nil
    }

    /// The next free number of a range, taken inside the open transaction.
    func next(_ range: String) throws -> Int64 {
        let number = try connection.integer(
            "UPDATE number_range SET next_val = next_val + 1 WHERE range_nm = ? RETURNING next_val - 1",
            [.text(range)])
        guard let number else {
            throw InsurerError(
                .emptyPortfolio, "number range \(range) is missing", hint: "Generate the portfolio again.")
        }
        return number
    }

    /// One of a policy's endorsements; nil when it has none.
    func chooseEndorsement(of policy: String, last: Bool = false) throws -> Endorsement? {
        let found = try connection.rows(
            """
            SELECT version_id, version_no, reason_cd, txn_code FROM policy_version
            WHERE policy_no = ? AND txn_code IN ('EN', 'EA') ORDER BY version_no
            """, [.text(policy)]
        ) {
            Endorsement(
                id: $0.integer(0), number: $0.integer(1), reason: $0.string(2),
                transaction: $0.string(3) ?? "")
        }
        guard !found.isEmpty else { return nil }
        return last ? found[found.count - 1] : random.pick(found)
    }

    /// What a row looks like now.
    func effect(on row: LegacyRow) throws -> WitnessEffect {
        let sql = row.table.image(where: "\(row.table.primaryKey) = ?", on: connection.dialect)
        let images = try connection.rows(sql, [.text(row.key)]) { RowDigest(of: $0.string(2) ?? "") }
        return WitnessEffect(row, images.first)
    }
}
