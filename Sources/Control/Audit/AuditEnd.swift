/// A chain's name and where it ends, by the word of the store that keeps it.
public struct AuditEnd: Sendable, Hashable {
    /// Which chain it is.
    public var chain: AuditChain
    /// Where it ends.
    public var head: AuditHead
    /// The newest signed head; nil when none was ever signed.
    public var signed: SignedHead?

    /// Names a chain and its end.
    public init(chain: AuditChain, head: AuditHead, signed: SignedHead? = nil) {
        self.chain = chain
        self.head = head
        self.signed = signed
    }
}
