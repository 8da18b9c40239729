/// The files that belong to the audit chain.
public struct AuditFiles: Sendable, Hashable {
    /// The file of the Ed25519 key that each new end of the chain is signed with; nil leaves it unsigned.
    public var key: Secret?
    /// The file to which every signed end is added, best on another machine's disk.
    public var heads: Secret?

    /// Names the files.
    public init(key: Secret? = nil, heads: Secret? = nil) {
        self.key = key
        self.heads = heads
    }
}
