/// Intentions of a chain that no entry concludes.
public enum AuditIntentions {
    /// How many entries are read at a time.
    private static let pageSize = 1_000

    /// The open ones, by number.
    public static func open(in store: any AuditStore) throws -> [AuditEntry] {
        var open: [Int: AuditEntry] = [:]
        var place = 0
        while true {
            let page = try store.auditTexts(after: place, limit: pageSize)
            guard let last = page.last else { break }
            place = last.number
            // Most entries are neither, and need not be read.
            for (_, text) in page where !text.contains("\"stage\":\"done\"") {
                guard let entry = AuditEntry(text: text) else { continue }
                switch entry.stage {
                case .done: break
                case .intended: open[entry.number] = entry
                case .concluded(let intention, _): open[intention] = nil
                }
            }
        }
        return open.values.sorted { $0.number < $1.number }
    }
}
