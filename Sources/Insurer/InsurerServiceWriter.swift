import SQLite

/// The users of the endorsement service: they keep trying to write notes on the endorsements of one slice.
///
/// While legacy is the writer the store's fence refuses every note; after the switch it accepts them, and the
/// way back must carry them to legacy. Each attempt and its outcome is remembered outside both databases.
package struct InsurerServiceWriter: Sendable {
    /// How the users work.
    package struct Settings: Sendable {
        /// The endorsement service's database.
        package var service: String
        /// The witness file; a writer that is started again continues its own.
        package var witness: String
        /// The writer's name, unique among all writers and batches of one run.
        package var name = "service"
        /// Decides which endorsements are chosen.
        package var seed: UInt64 = 1
        /// Attempts a second; nil for as many as possible.
        package var rate: Double?
        /// Stops after so many attempts; nil for when it is told to.
        package var limit: Int?
        /// The slice's country.
        package var country = "DE"
        /// The slice's product.
        package var product = "auto"
        /// The slice's reason; nil for every reason.
        package var reason: String? = "address_change"

        /// Settings for a database and a witness file.
        package init(service: String, witness: String) {
            self.service = service
            self.witness = witness
        }
    }

    /// What came of the attempts.
    package struct Summary: Codable, Equatable, Sendable {
        /// Notes that were committed.
        package var acknowledged = 0
        /// Notes that the store refused: another system is the writer.
        package var refused = 0
        /// Attempts for which the slice had no endorsement yet.
        package var idle = 0
        /// The longest time that one accepted note took, in nanoseconds: at a switch, how long users waited.
        package var longestNanoseconds: Int64 = 0
    }

    /// Attempts after which the list of endorsements is read anew.
    private static let refreshInterval = 64

    private let settings: Settings

    /// A writer that works as these settings say.
    package init(_ settings: Settings) { self.settings = settings }

    /// Works until `stop` says so, blocking the calling thread.
    ///
    /// - Throws: `InsurerError` for files; `SQLiteError` when the database fails in another way than by
    ///   refusing.
    @discardableResult
    package func run(until stop: () -> Bool) throws -> Summary {
        let witness = try WitnessLog(path: settings.witness)
        let store = try SQLiteConnection(path: settings.service, access: .readWrite, busyMilliseconds: 30_000)
        var random = SeededRandom(seed: settings.seed, stream: UInt64(witness.transactions))
        var pace = Pace(rate: settings.rate)
        var summary = Summary()
        var slice: [NaturalKey] = []
        var attempts = 0
        while !stop(), settings.limit.map({ attempts < $0 }) ?? true {
            if attempts % Self.refreshInterval == 0 || slice.isEmpty { slice = try endorsements(store) }
            attempts += 1
            if slice.isEmpty {
                summary.idle += 1
                Pace.nap(.milliseconds(5))
            } else {
                try annotate(random.pick(slice), store, witness, &summary)
            }
            pace.wait(unless: stop)
        }
        try witness.force()
        return summary
    }

    private func endorsements(_ store: SQLiteConnection) throws -> [NaturalKey] {
        try store.rows(
            """
            SELECT policy_number, version_number FROM endorsement
            WHERE country = ?1 AND product = ?2 AND (?3 IS NULL OR reason = ?3) ORDER BY policy_number,
                version_number
            """, [.text(settings.country), .text(settings.product), .optional(settings.reason)]
        ) { NaturalKey(policyNumber: $0.string(0), versionNumber: $0.integer(1)) }
    }

    private func annotate(
        _ key: NaturalKey, _ store: SQLiteConnection, _ witness: WitnessLog, _ summary: inout Summary
    ) throws {
        let transaction = "\(settings.name)-\(witness.nextTransaction())"
        let note = "noted by the service, \(transaction)"
        let start = MonotonicTime.nanoseconds
        do {
            let isWritten = try store.immediate {
                try store.run(
                    "UPDATE endorsement SET reason_note = ? WHERE policy_number = ? AND version_number = ?",
                    [.text(note), .optional(key.policyNumber), .integer(key.versionNumber)])
                guard store.changes == 1 else { return false }
                let operation = ServiceOperation(id: transaction + ".1", key: key, note: RowDigest(of: note))
                try witness.append([
                    .note(transaction: transaction, time: MonotonicTime.nanoseconds, operation: operation)
                ])
                return true
            }
            guard isWritten else {
                summary.idle += 1
                return
            }
        } catch let error as SQLiteError where error.isConstraint || error.isBusy {
            summary.refused += 1
            return try witness.append([
                .outcome(transaction: transaction, isAcknowledged: false, reason: "refused")
            ])
        }
        try witness.append([.outcome(transaction: transaction, isAcknowledged: true, reason: "")])
        summary.acknowledged += 1
        summary.longestNanoseconds = max(summary.longestNanoseconds, MonotonicTime.nanoseconds - start)
    }
}
