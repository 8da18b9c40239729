import Audit

extension AuditError {
    /// The entry does not come after the one that the chain ends with.
    static func notAtTheEnd(_ number: Int) -> AuditError {
        AuditError(
            .damaged, "entry \(number) does not follow the chain's end",
            hint: "somebody has changed the audit chain: see `banyan audit verify`")
    }

    /// There are entries, and no row that says where they end.
    static let endless = AuditError(
        .damaged, "there are entries, and nothing says where the audit chain ends",
        hint: "somebody has removed it: restore the control store, and compare it with kept heads")

    /// A chain's row as a store holds it.
    static func reading(
        migration: String?, id: String?, entries: Int64, digest: String?, signed: String?
    ) throws -> AuditEnd {
        let head = signed.flatMap(SignedHead.init(text:))
        guard let migration, let id, let digest = digest.flatMap(AuditDigest.init(hex:)), entries >= 0,
            signed == nil || head != nil
        else {
            throw AuditError(
                .damaged, "the row that says where the audit chain ends is none of Banyan's",
                hint: "somebody has changed it: restore the control store, and compare it with kept heads")
        }
        return AuditEnd(
            chain: AuditChain(migration: migration, id: id),
            head: AuditHead(entries: Int(entries), digest: digest), signed: head)
    }
}
