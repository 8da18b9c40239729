import Crypto
public import Model

/// What a pass found, side by side.
public struct EqualityReport: Sendable, Hashable, Codable {
    /// The context.
    public var context: String
    /// The highest frontier that was compared.
    public var frontier: Position
    /// The copies of legacy tables.
    public var copies: [CopyComparison]
    /// The aggregates.
    public var aggregates: [AggregateComparison]
    /// The foreign keys of the tables that are written.
    public var references: [ReferenceComparison]
    /// The totals that the business wrote.
    public var totals: [TotalComparison]
    /// The differences, those of copies first; of each table or aggregate so many as are kept.
    public var discrepancies: [Discrepancy] = []
    /// Differences that were counted and are not among `discrepancies`.
    public var discrepanciesMore = 0
    /// Legacy keys that were not judged, by what they are of.
    public var unjudged: [String: [UnjudgedKey]] = [:]
    /// Keys in the service that were not judged, because they may belong to such a legacy key.
    public var spared: [String: Set<String>] = [:]
    /// The aggregates of which nothing was judged, because a copy that they are computed from differs from
    /// legacy, or may.
    public var inDoubt: Set<String> = []
    /// Whether every difference and every key that was not judged is listed: what is not listed was judged,
    /// and is equal.
    public var isListed = true

    /// Whether everything was compared and nothing differs.
    public var isClean: Bool {
        references.allSatisfy { $0.missing == 0 }
            && totals.allSatisfy { [.equal, .setAside].contains($0.verdict) }
            && copies.allSatisfy { $0.missing + $0.extra + $0.different + $0.hot == 0 }
            && aggregates.allSatisfy { $0.missing + $0.extra + $0.different + $0.hot == 0 }
    }
}

/// A legacy table against its copy in the service store.
public struct CopyComparison: Sendable, Hashable, Codable {
    /// The legacy table.
    public var table: String
    /// Rows compared.
    public var compared = 0
    /// Rows that legacy has and the copy lacks.
    public var missing = 0
    /// Rows that the copy has and legacy lacks.
    public var extra = 0
    /// Rows whose values differ.
    public var different = 0
    /// Rows that changed too often to be judged.
    public var hot = 0
    /// SHA-256 over legacy's rows in canonical form, in the order of their keys' bytes within each chunk, in
    /// hex.
    public var digest = ""

    init(table: String) {
        self.table = table
    }

    mutating func add(_ outcome: RangeOutcome, _ hash: inout SHA256) {
        compared += outcome.wanted.count
        missing += outcome.missing
        extra += outcome.extra
        different += outcome.different
        hot += outcome.hot
        for key in outcome.wanted.keys.sorted() { hash.update(data: outcome.wanted[key] ?? []) }
    }
}

/// An aggregate's rows and parts against what the mapping demands.
public struct AggregateComparison: Sendable, Hashable, Codable {
    /// The aggregate.
    public var aggregate: String
    /// Aggregates compared.
    public var compared = 0
    /// Aggregates that the mapping demands and the store lacks.
    public var missing = 0
    /// Aggregates that the store has and the mapping does not demand.
    public var extra = 0
    /// Aggregates whose row or parts differ.
    public var different = 0
    /// Fields that differ no more than their rules allow.
    public var tolerated = 0
    /// Aggregates that changed too often to be judged.
    public var hot = 0
    /// Keys that are set aside and not judged.
    public var quarantined = 0
    /// Root rows that wait for another row.
    public var pending = 0
    /// SHA-256 over the demanded rows and parts in canonical form, in hex.
    public var digest = ""

    init(aggregate: String) {
        self.aggregate = aggregate
    }

    /// The same, with nothing judged of what differs.
    var unjudged: AggregateComparison {
        var all = self
        all.hot += missing + extra + different
        (all.missing, all.extra, all.different) = (0, 0, 0)
        return all
    }
}

/// What one key range came to.
struct RangeOutcome {
    /// What legacy demands, by key, in canonical form.
    var wanted: [Key: [UInt8]]
    var missing = 0
    var extra = 0
    var different = 0
    var hot = 0
    var list = DiscrepancyList()

    init(wanted: [Key: [UInt8]]) {
        self.wanted = wanted
    }

    mutating func note(_ key: Key, wanted: [UInt8]?, held: [UInt8]?, _ frontier: Position, _ of: TableSchema)
    {
        let kind: Discrepancy.Kind
        switch (wanted, held) {
        case (_?, nil): (kind, missing) = (.missing, missing + 1)
        case (nil, _): (kind, extra) = (.extra, extra + 1)
        case (_?, _?): (kind, different) = (.content, different + 1)
        }
        let fields =
            if let wanted, let held {
                RowComparison(columns: of.columns).differences(wanted[...], held[...]).fields
            } else { [FieldDifference]() }
        list.add(
            Discrepancy(
                of: "table:\(of.name)", kind, key: key, legacyKey: kind == .extra ? nil : key.display,
                fields: fields, frontier: frontier))
    }
}
