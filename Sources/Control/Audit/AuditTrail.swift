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
    /// - Parameter body: Does it, while nobody else records anything, and says what is recorded.
    /// - Returns: The number of the entry.
    /// - Throws: What keeps both from being done; `headNotKept` when both are done and the chain's signed end
    ///   is not kept elsewhere.
    @discardableResult
    public func record(_ body: () throws -> AuditRecord) throws -> Int {
        try recordAll { [try body()] }[0]
    }

    /// Does something as `record` does, of which several entries tell.
    ///
    /// - Returns: The numbers of the entries, in their order.
    @discardableResult
    public func recordAll(_ body: () throws -> [AuditRecord]) throws -> [Int] {
        let entries = try store.transact {
            // Whoever else records something waits from here on: what `body` reads stays so until it is done.
            _ = try store.lockedHead(orBegin: AuditChain(migration: migration, id: makeID()))
            return try body().map { try add($0, .done) }
        }
        for (entry, signed) in entries { try keep(signed, of: entry) }
        return entries.map(\.0.number)
    }

    /// Does something outside the store that holds the chain: the intention is durable before, and what came
    /// of it is added afterwards.
    ///
    /// - Parameters:
    ///   - record: What is about to be done.
    ///   - failure: What is recorded of an error, without the values of any row, and whether it is known to
    ///     have come to nothing.
    ///   - body: Does it, and says how it stands afterwards; gets the number of the intention.
    /// - Throws: What `body` throws; `notConcluded` when it was done and that cannot be recorded. An
    ///   intention without an outcome stays open for everyone to see.
    public func perform<Result>(
        _ record: AuditRecord,
        failure: (any Error) -> (words: String, outcome: AuditOutcome) = { ("\(type(of: $0))", .failed) },
        _ body: (_ intention: Int) throws -> (result: Result, after: String?)
    ) throws -> Result {
        let (entry, signed) = try store.transact { try add(record, .intended) }
        let done: (result: Result, after: String?)
        do {
            try keep(signed, of: entry)
            done = try body(entry.number)
        } catch {
            var failed = record
            let (words, outcome) = failure(error)
            failed.after = words
            do {
                try conclude(entry.number, failed, outcome)
            } catch _ as AuditError {
                // What went wrong first is what matters; the intention stays open and tells the rest.
            }
            throw error
        }
        var concluded = record
        concluded.after = done.after
        try conclude(entry.number, concluded, .done)
        return done.result
    }

    /// Adds what came of an intention.
    public func conclude(_ intention: Int, _ record: AuditRecord, _ outcome: AuditOutcome) throws {
        do {
            let (entry, signed) = try store.transact { try add(record, .concluded(intention, outcome)) }
            try keep(signed, of: entry)
        } catch let error as AuditError where error.code == .headNotKept {
            throw error
        } catch {
            throw AuditError(
                .notConcluded,
                "\(record.action) ended as \(outcome.rawValue), and the audit chain could not be told: \(error)",
                hint:
                    "entry \(intention) stays open: `banyan audit verify` lists it, `banyan audit conclude` ends it"
            )
        }
    }

    /// Concludes an intention whose process is gone, for somebody who has found out what came of it.
    ///
    /// - Throws: `notOpen` when the number is that of no open intention.
    public func conclude(
        _ intention: Int, as outcome: AuditOutcome, by actor: AuditActor, because reason: String?
    ) throws {
        let settled = try settle(by: actor, as: outcome, because: reason) { $0.number == intention }
        if settled.isEmpty { throw AuditError.notOpen(intention) }
    }

    /// Concludes what was intended by processes that are known to be gone.
    ///
    /// - Parameters:
    ///   - action: What was intended.
    ///   - actor: Who found them gone.
    ///   - own: The number of an intention that is the caller's.
    public func concludeAbandoned(_ action: String, by actor: AuditActor, but own: Int) throws {
        try settle(by: actor, as: .unknown, because: "its process is gone") {
            $0.record.action == action && $0.number < own
        }
    }

    /// Concludes open intentions; that they are open is seen in the transaction that concludes them.
    ///
    /// - Returns: Their numbers.
    @discardableResult
    private func settle(
        by actor: AuditActor, as outcome: AuditOutcome, because reason: String?,
        _ isMeant: (AuditEntry) -> Bool
    ) throws -> [Int] {
        let last = try store.transact {
            guard let end = try store.auditHead() else { return ([Int](), [(AuditEntry, SignedHead?)]()) }
            _ = try store.lockedHead(orBegin: end.chain)
            let open = try AuditIntentions.open(in: store).filter(isMeant)
            let added = try open.map { entry in
                var record = entry.record
                (record.actor, record.reason, record.after) = (actor, reason, nil)
                return try add(record, .concluded(entry.number, outcome))
            }
            return (open.map(\.number), added)
        }
        for (entry, signed) in last.1 { try keep(signed, of: entry) }
        return last.0
    }

    /// Signs the chain as it stands, by a person's word: with another key than before, or for the first time,
    /// or after it was put back. That is an entry, too.
    public func sign(by actor: AuditActor, because reason: String?) throws -> SignedHead? {
        let (entry, signed) = try store.transact {
            guard let end = try store.auditHead() else { return (AuditEntry?.none, SignedHead?.none) }
            let before =
                end.signed.map { "signed by \($0.key) through entry \($0.head.entries)" } ?? "not signed"
            let added = try add(
                AuditRecord("audit.sign", of: migration, by: actor, because: reason, before: before), .done,
                vouching: true)
            return (added.0, added.1)
        }
        if let entry { try keep(signed, of: entry) }
        return signed
    }

    private func keep(_ signed: SignedHead?, of entry: AuditEntry) throws {
        guard let signed, let heads else { return }
        do {
            try heads.add(signed)
        } catch let error as AuditError {
            throw AuditError(
                .headNotKept, "entry \(entry.number) is recorded, and \(error.message)",
                hint: "what the entry says stands; \(error.hint)")
        }
    }

    /// - Parameter isVouching: Whether a person vouches for what the store says the chain is.
    private func add(
        _ record: AuditRecord, _ stage: AuditStage, vouching isVouching: Bool = false
    ) throws -> (AuditEntry, SignedHead?) {
        let end = try store.lockedHead(orBegin: AuditChain(migration: migration, id: makeID()))
        if !isVouching { try requireOwn(end) }
        let entry = AuditEntry(record, stage: stage, at: now(), after: end.head)
        try store.append(entry)
        guard let signer else { return (entry, nil) }
        let signed = try SignedHead(entry.head, of: end.chain.genesis, at: entry.at, by: signer)
        try store.keep(signed)
        return (entry, signed)
    }

    /// Demands that this key has signed the end that it is to go on from: it must not vouch for entries that
    /// somebody else has put there.
    private func requireOwn(_ end: AuditEnd) throws {
        guard let signer, end.head.entries > 0 else { return }
        let signed = end.signed
        let isOwn =
            signed?.key == signer.publicKey && signed?.isGenuine == true && signed?.head == end.head
            && signed?.genesis == end.chain.genesis
        guard !isOwn else { return }
        throw AuditError(
            .damaged, "the audit chain's end, entry \(end.head.entries), is not signed with this key",
            hint:
                "look into it with `banyan audit verify`; if the chain is right (the key is another one or new, "
                + "or the store was put back), vouch for it with `banyan audit sign`")
    }
}
