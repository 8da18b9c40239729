/// The differences that a pass found: all of them are counted, and so many are kept with their fields.
struct DiscrepancyList {
    private(set) var kept: [Discrepancy] = []
    /// Differences that were counted and not kept.
    private(set) var more = 0
    /// Keys that changed too often to be judged.
    private(set) var unjudged: [String] = []

    /// How many are kept of one table or aggregate: some megabytes, and more than anybody reads.
    static let keptMax = 10_000

    mutating func add(_ discrepancy: Discrepancy) {
        if kept.count < Self.keptMax { kept.append(discrepancy) } else { more += 1 }
    }

    /// Takes in what was found in a part.
    mutating func take(_ part: DiscrepancyList) {
        for discrepancy in part.kept { add(discrepancy) }
        for key in part.unjudged { leaveOut(key) }
        more += part.more
    }

    mutating func leaveOut(_ key: String) {
        if unjudged.count < Self.keptMax { unjudged.append(key) }
    }
}
