/// Which chain this is: each migration's is another one, and one that was begun anew is another one, too.
public struct AuditChain: Sendable, Hashable {
    /// The migration.
    public var migration: String
    /// What tells it from other chains of a migration of that name; drawn when the chain was begun.
    public var id: String

    /// Names a chain.
    public init(migration: String, id: String) {
        self.migration = migration
        self.id = id
    }

    /// What the first entry comes after: a digest of the chain's name, so that an entry of another chain has
    /// no place in it.
    public var genesis: AuditDigest {
        var bytes = AuditBytes("banyan-audit-1")
        bytes.add(migration)
        bytes.add(id)
        return bytes.digest
    }

    /// The end of a chain without entries.
    public var beginning: AuditHead { AuditHead(entries: 0, digest: genesis) }
}
