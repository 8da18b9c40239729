/// Finds the valid name nearest to a mistyped one.
enum Spelling {
    /// The nearest candidate within a third of the name's length in edits; nil when none is near.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.utf8.prefix(64))
        let limit = max(1, wanted.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in candidates where abs(candidate.utf8.count - wanted.count) <= limit {
            let found = distance(wanted, Array(candidate.utf8.prefix(64)))
            guard found <= limit else { continue }
            if let best, (best.distance, best.name) <= (found, candidate) { continue }
            best = (found, candidate)
        }
        return best?.name
    }

    /// Edits (insert, delete, replace, swap neighbours) between two words; letter case counts for nothing.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var older: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                let same = lowered(a[i]) == lowered(b[j])
                var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (same ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
                current.append(cost)
            }
            older = previous
            previous = current
        }
        return previous[b.count]
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 0x20 : byte }
}
