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
        guard let (chain, head, signed) = try store.auditHead() else { return nil }
        var check = AuditCheck(chain, kept: kept + (signed.map { [$0] } ?? []), trusted: trusted)
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
