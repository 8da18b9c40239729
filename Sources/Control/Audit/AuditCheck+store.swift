extension AuditCheck {
    /// How many entries are read at a time.
    private static let pageSize = 1_000

    /// Checks the chain of a store: from its first entry to its end, whatever is appended meanwhile.
    ///
    /// - Parameters:
    ///   - store: Where the chain is kept.
    ///   - kept: Signed heads that were kept elsewhere.
    ///   - trusted: Whose signatures count; nil for whoever signed.
    /// - Returns: What was found; nil when there is no chain.
    public static func run(
        on store: any AuditStore, kept: [SignedHead] = [], trusted: AuditPublicKey? = nil
    ) throws -> AuditVerdict? {
        let found: AuditEnd?
        do {
            found = try store.auditHead()
        } catch let error as AuditError where error.code == .damaged {
            return .rejected(error.message)
        }
        guard let found else {
            guard try store.auditTexts(after: Int.min, limit: 1).isEmpty else {
                return .rejected(
                    "there are entries, and nothing says which chain they are of and where it ends")
            }
            return nil
        }
        let head = found.head
        var check = AuditCheck(
            found.chain, kept: kept + (found.signed.map { [$0] } ?? []), trusted: trusted)
        // From the lowest place there is: what stands before the first entry is found as well.
        var (place, taken) = (Int.min, 0)
        while taken < head.entries {
            let page = try store.auditTexts(after: place, limit: min(pageSize, head.entries - taken))
            guard let last = page.last else { break }
            for (place, text) in page { check.take(text, at: place) }
            place = last.number
            taken += page.count
        }
        // An entry and the end move together: what stands behind the end, when that is read later, is none.
        let behind = try store.auditTexts(after: max(place, head.entries), limit: pageSize)
        let end = try store.auditHead()?.head.entries ?? 0
        if let stray = behind.first(where: { $0.number > end }) {
            check.note(
                "in the place of entry \(stray.number) stands something, and the chain ends with \(end)")
        }
        return check.finish(head)
    }
}
