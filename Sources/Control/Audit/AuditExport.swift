import Foundation

/// A chain as a file that anyone can check without a database: a line that names it, a line for each entry,
/// and a line that says where it ends, signed if the chain's end is.
public enum AuditExport {
    private struct Opening: Codable {
        var format: String
        var migration: String
        var id: String
    }

    private struct Closing: Codable {
        var entries: Int
        var digest: String
        var signed: String?
    }

    private static let format = "banyan-audit-1"

    /// How many entries are read at a time.
    private static let pageSize = 1_000

    /// Writes the chain of a store line by line.
    ///
    /// The export ends where the chain ended when it began: what is appended meanwhile is left out.
    ///
    /// - Returns: The number of entries; nil when there is no chain.
    public static func write(_ store: any AuditStore, line: (String) throws -> Void) throws -> Int? {
        guard let found = try store.auditHead() else { return nil }
        let (chain, head, signed) = (found.chain, found.head, found.signed)
        try line(
            try AuditText.encode(Opening(format: format, migration: chain.migration, id: chain.id)))
        var number = 0
        while number < head.entries {
            let page = try store.auditTexts(after: number, limit: min(pageSize, head.entries - number))
            for (place, text) in page {
                try line(text)
                number = place
            }
            if page.isEmpty { break }
        }
        try line(
            try AuditText.encode(
                Closing(
                    entries: head.entries, digest: head.digest.description, signed: try signed?.text())))
        return head.entries
    }

    /// Checks an export.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - kept: Signed heads that were kept elsewhere.
    ///   - trusted: Whose signatures count; nil for whoever signed.
    /// - Returns: What was found; nil for a format that is not known here.
    public static func check(
        _ text: String, kept: [SignedHead] = [], trusted: AuditPublicKey? = nil
    ) -> AuditVerdict? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let isEnded = lines.last == ""
        if isEnded { lines.removeLast() }
        guard let first = lines.first, let opening = AuditText.decode(Opening.self, String(first)) else {
            return AuditVerdict.rejected("the first line does not name a chain")
        }
        guard opening.format == format else { return nil }
        guard isEnded, lines.count >= 2, let last = lines.last,
            let closing = AuditText.decode(Closing.self, String(last)),
            let digest = AuditDigest(hex: closing.digest)
        else { return AuditVerdict.rejected("the last line does not say where the chain ends") }
        var kept = kept
        var strange = false
        if let text = closing.signed {
            if let signed = SignedHead(text: text) { kept.append(signed) } else { strange = true }
        }
        var check = AuditCheck(
            AuditChain(migration: opening.migration, id: opening.id), kept: kept, trusted: trusted)
        if strange { check.note("the last line's signed head is none") }
        for line in lines.dropFirst().dropLast() { check.take(String(line)) }
        return check.finish(AuditHead(entries: closing.entries, digest: digest))
    }
}
