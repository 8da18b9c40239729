/// Finds the valid name that was probably meant.
enum NearestName {
    /// The nearest name: the same letters in other case or with other separators first, then within a third
    /// in edits.
    static func of(_ name: String, among names: [String]) -> String? {
        let candidates = names.filter { $0 != name }.sorted()
        let plain = letters(name)
        if let same = candidates.first(where: { $0.lowercased() == name.lowercased() }) { return same }
        if !plain.isEmpty, let same = candidates.first(where: { letters($0) == plain }) { return same }
        let limit = max(1, plain.count / 3)
        let scored = candidates.map { (distance(plain, letters($0)), $0) }.filter { $0.0 <= limit }
        if let best = scored.min(by: { $0.0 < $1.0 }) { return best.1 }
        guard plain.count >= 3 else { return nil }
        let containing = candidates.filter { other in
            let inner = letters(other)
            return inner.count >= 3 && (inner.starts(with: plain) || plain.starts(with: inner))
        }
        return containing.min { $0.count < $1.count }
    }

    private static func letters(_ name: String) -> [UInt8] {
        name.lowercased().utf8.filter { $0 != 0x5F && $0 != 0x2D && $0 != 0x20 }
    }

    /// Edits between two words: insert, delete, replace, swap neighbours.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= 64 else { return 64 }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = previous[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(previous[column + 1] + 1, current[column] + 1, replaced)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
