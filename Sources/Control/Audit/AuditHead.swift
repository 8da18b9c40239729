/// Where a chain ends.
public struct AuditHead: Sendable, Hashable {
    /// How many entries it has.
    public var entries: Int
    /// The last entry's digest, which every entry before it is part of; the chain's own when it has none.
    public var digest: AuditDigest

    /// Names the end of a chain.
    public init(entries: Int, digest: AuditDigest) {
        self.entries = entries
        self.digest = digest
    }
}
