/// An entry of the chain.
public struct AuditEntry: Sendable, Hashable {
    /// From one, without a gap.
    public var number: Int
    /// When, in microseconds since 1970 by the clock of the machine that wrote it.
    public var at: Int64
    /// Who did what to what, and why.
    public var record: AuditRecord
    /// How far it had come.
    public var stage: AuditStage
    /// The digest of the entry before it; the chain's own in the first one.
    public var previous: AuditDigest
    /// The digest that the entry says it has.
    public var digest: AuditDigest

    /// The next entry of a chain that ends at `head`.
    public init(_ record: AuditRecord, stage: AuditStage, at: Int64, after head: AuditHead) {
        number = head.entries + 1
        self.at = at
        self.record = record
        self.stage = stage
        previous = head.digest
        digest = head.digest
        digest = computedDigest
    }

    /// An entry as it was written.
    init(
        number: Int, at: Int64, record: AuditRecord, stage: AuditStage, previous: AuditDigest,
        digest: AuditDigest
    ) {
        self.number = number
        self.at = at
        self.record = record
        self.stage = stage
        self.previous = previous
        self.digest = digest
    }

    /// The end of the chain once this is its last entry.
    public var head: AuditHead { AuditHead(entries: number, digest: digest) }

    /// The digest of everything that the entry says but its digest.
    public var computedDigest: AuditDigest {
        var bytes = AuditBytes("banyan-audit-entry-1")
        bytes.add(Int64(number))
        bytes.add(at)
        bytes.add(record.actor.name)
        bytes.add(record.actor.account)
        bytes.add(record.action)
        bytes.add(record.subject)
        bytes.add(record.reason)
        bytes.add(record.before)
        bytes.add(record.after)
        switch stage {
        case .done: bytes.add(UInt64(0))
        case .intended: bytes.add(UInt64(1))
        case .concluded(let intention, let outcome):
            bytes.add(UInt64(2))
            bytes.add(Int64(intention))
            bytes.add(outcome.rawValue)
        }
        bytes.add(previous)
        return bytes.digest
    }
}
