/// Writes a migration's audit chain. One owner, one thread.
public final class AuditTrail {
    private let store: any AuditStore
    private let migration: String
    private let signer: AuditKey?
    private let heads: HeadsFile?
    private let now: () -> Int64
    private let makeID: () -> String

    /// A trail of a migration.
    ///
    /// - Parameters:
    ///   - store: Where the chain is kept.
    ///   - migration: The migration's name.
    ///   - signer: What each new head is signed with; without it heads stay unsigned.
    ///   - heads: Where signed heads are added as well.
    ///   - now: The time in microseconds since 1970.
    ///   - makeID: Draws what tells a new chain from others.
    public init(
        _ store: any AuditStore, migration: String, signer: AuditKey? = nil, heads: HeadsFile? = nil,
        now: @escaping () -> Int64, makeID: @escaping () -> String
    ) {
        self.store = store
        self.migration = migration
        self.signer = signer
        self.heads = heads
        self.now = now
        self.makeID = makeID
    }

    /// Does something in the store that holds the chain and writes its entry in the same transaction: there
    /// is never one without the other.
    ///
    /// - Parameter body: Does it, and says what is recorded.
    /// - Returns: The number of the entry.
    @discardableResult
    public func record(_ body: () throws -> AuditRecord) throws -> Int {
        let (entry, signed) = try store.transact {
            try add(try body(), .done)
        }
        if let signed { try heads?.add(signed) }
        return entry.number
    }

    /// Does something outside the store that holds the chain: the intention is durable before, and what came
    /// of it is added afterwards.
    ///
    /// - Parameters:
    ///   - record: What is about to be done.
    ///   - failure: What is recorded of an error, without the values of any row.
    ///   - body: Does it, and says how it stands afterwards.
    /// - Throws: What `body` throws; `notConcluded` when it was done and that cannot be recorded. An
    ///   intention without an outcome stays open for everyone to see.
    public func perform<Result>(
        _ record: AuditRecord, failure: (any Error) -> String = { "\(type(of: $0))" },
        _ body: () throws -> (result: Result, after: String?)
    ) throws -> Result {
        let intention = try append(record, .intended)
        let done: (result: Result, after: String?)
        do {
            done = try body()
        } catch {
            var failed = record
            failed.after = failure(error)
            do {
                try conclude(intention, failed, .failed)
            } catch _ as AuditError {
                // What went wrong first is what matters; the intention stays open and tells the rest.
            }
            throw error
        }
        var concluded = record
        concluded.after = done.after
        try conclude(intention, concluded, .done)
        return done.result
    }

    /// Adds that an intention was not carried out, or that nobody knows: after a crash.
    public func conclude(_ intention: Int, _ record: AuditRecord, _ outcome: AuditOutcome) throws {
        do {
            try append(record, .concluded(intention, outcome))
        } catch {
            throw AuditError(
                .notConcluded,
                "\(record.action) ended as \(outcome.rawValue), and the audit chain could not be told: \(error)",
                hint: "entry \(intention) stays open in `banyan audit list` until somebody looks into it")
        }
    }

    /// Concludes what was intended by processes that are known to be gone, as far as it is among the newest
    /// entries.
    ///
    /// - Parameters:
    ///   - action: What was intended.
    ///   - actor: Who found them gone.
    /// - Returns: The numbers of the intentions.
    @discardableResult
    public func concludeAbandoned(_ action: String, by actor: AuditActor) throws -> [Int] {
        guard let end = try store.auditHead()?.head.entries else { return [] }
        var open: [AuditEntry] = []
        let newest = try store.auditTexts(after: max(0, end - Self.lookedBack), limit: Self.lookedBack)
        for entry in newest.compactMap({ AuditEntry(text: $0.text) }) where entry.record.action == action {
            if entry.stage == .intended { open.append(entry) }
            if case .concluded(let intention, _) = entry.stage { open.removeAll { $0.number == intention } }
        }
        for entry in open {
            var record = entry.record
            record.actor = actor
            record.reason = "its process is gone"
            try conclude(entry.number, record, .unknown)
        }
        return open.map(\.number)
    }

    /// How many entries are looked at for intentions that were abandoned: each run of an engine makes two.
    private static let lookedBack = 1_000

    /// Signs the chain's end as it is; nil when there is no chain.
    public func sign() throws -> SignedHead? {
        guard let signer else { return nil }
        let signed: SignedHead? = try store.transact {
            guard let (chain, head, _) = try store.auditHead() else { return nil }
            let signed = try SignedHead(head, of: chain.genesis, at: now(), by: signer)
            try store.keep(signed)
            return signed
        }
        if let signed { try heads?.add(signed) }
        return signed
    }

    @discardableResult
    private func append(_ record: AuditRecord, _ stage: AuditStage) throws -> Int {
        let (entry, signed) = try store.transact { try add(record, stage) }
        if let signed { try heads?.add(signed) }
        return entry.number
    }

    private func add(_ record: AuditRecord, _ stage: AuditStage) throws -> (AuditEntry, SignedHead?) {
        let (chain, head) = try store.lockedHead(
            orBegin: AuditChain(migration: migration, id: makeID()))
        let entry = AuditEntry(record, stage: stage, at: now(), after: head)
        try store.append(entry)
        guard let signer else { return (entry, nil) }
        let signed = try SignedHead(entry.head, of: chain.genesis, at: entry.at, by: signer)
        try store.keep(signed)
        return (entry, signed)
    }
}
