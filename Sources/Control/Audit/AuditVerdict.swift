/// What a check of a chain found.
public struct AuditVerdict: Sendable, Hashable {
    /// Where the chain ends by what was read.
    public var head: AuditHead
    /// What is wrong; empty for a chain that is whole.
    public var problems: [String]
    /// Which chain it says it is; nil where nothing says so.
    public var chain: AuditChain?
    /// The numbers of intentions that no entry concludes: under way, or cut short.
    public var openIntentions: [Int] = []
    /// The last entry that a signed head vouches for; nil without one. Whoever could write the store could
    /// have written anew what comes after it.
    public var signedThrough: Int?
    /// Whose signatures vouch for it.
    public var signers: [AuditPublicKey] = []
    /// How many signed heads it was held against.
    public var headsCompared = 0
    /// How many were left out, because other keys than the trusted one have signed them.
    public var headsOfOthers = 0

    /// Whether nothing is wrong.
    public var isWhole: Bool { problems.isEmpty }

    /// What is to be said where there is no chain, and an end of one was kept.
    public static func gone(_ kept: SignedHead) -> AuditVerdict {
        rejected("there is no chain, and an end of \(kept.head.entries) entries was kept: all of it is gone")
    }

    static func rejected(_ problem: String) -> AuditVerdict {
        AuditVerdict(
            head: AuditHead(entries: 0, digest: AuditChain(migration: "", id: "").genesis),
            problems: [problem])
    }
}
