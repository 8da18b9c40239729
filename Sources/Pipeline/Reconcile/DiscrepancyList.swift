/// The differences that a pass found: all of them are counted, and so many are kept with their fields.
struct DiscrepancyList {
    private(set) var kept: [Discrepancy] = []
    /// Differences that were counted and not kept.
    private(set) var more = 0
    /// Keys that were not judged.
    private(set) var leftOut: [UnjudgedKey] = []
    /// Keys that were not judged and are not listed.
    private(set) var unjudgedMore = 0

    /// Keys in the service that were not judged, because of what they may belong to in legacy.
    private(set) var spared: Set<String> = []

    /// How many are kept of one table or aggregate: some megabytes, and more than anybody reads.
    static let keptMax = 10_000

    mutating func add(_ discrepancy: Discrepancy) {
        if kept.count < Self.keptMax { kept.append(discrepancy) } else { more += 1 }
    }

    /// Takes in what was found in a part.
    mutating func take(_ part: DiscrepancyList) {
        for discrepancy in part.kept { add(discrepancy) }
        for one in part.leftOut { leaveOut(one.key, one.reason) }
        more += part.more
        unjudgedMore += part.unjudgedMore
        for key in part.spared { spare(key) }
    }

    /// The same, with nothing judged of what differs.
    var unjudged: DiscrepancyList {
        var all = self
        all.kept = []
        all.unjudgedMore += more
        all.more = 0
        for one in kept {
            all.leaveOut(one.legacyKey ?? one.key, .copyDiffers)
            all.spare(one.key)
        }
        return all
    }

    mutating func spare(_ serviceKey: String) {
        if spared.count < Self.keptMax { spared.insert(serviceKey) } else { unjudgedMore += 1 }
    }

    mutating func leaveOut(_ key: String, _ reason: UnjudgedKey.Reason) {
        if leftOut.count < Self.keptMax {
            leftOut.append(UnjudgedKey(key: key, reason: reason))
        } else {
            unjudgedMore += 1
        }
    }

    /// Nobody knows which keys these transactions changed.
    mutating func leaveOut(_ transactions: Set<UInt64>) {
        for id in transactions.sorted() { leaveOut("transaction \(id)", .underWay) }
    }
}
