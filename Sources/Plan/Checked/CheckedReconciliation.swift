/// What is compared between the systems, and how closely.
public struct CheckedReconciliation: Sendable {
    /// The columns with rules of their own; every other mapped column is compared exactly.
    public var fields: [CheckedComparison]
    /// Pairs of queries that the business wrote, whose results must agree.
    public var totals: [CheckedTotal]
    /// The share of mismatched aggregates that is worth a warning.
    public var warn: Double?
    /// The share of mismatched aggregates that is an incident.
    public var incident: Double?

    /// Collects what is compared.
    public init(
        fields: [CheckedComparison] = [], totals: [CheckedTotal] = [], warn: Double? = nil, incident: Double? = nil
    ) {
        self.fields = fields
        self.totals = totals
        self.warn = warn
        self.incident = incident
    }
}

/// How far two values may differ and still count as equal.
public enum CheckedTolerance: Sendable, Hashable {
    /// Not at all.
    case exact
    /// By this much, a decimal number in text.
    case number(String)
    /// By this length of time.
    case time(Duration)
}

/// How one mapped column is compared.
public struct CheckedComparison: Sendable, Hashable {
    /// The index of the aggregate in the context.
    public var aggregate: Int
    /// The column of the aggregate's table.
    public var column: Int
    /// How far the values may differ.
    public var tolerance: CheckedTolerance
    /// Whether a difference must be resolved before a switch.
    public var isMaterial: Bool
    /// Who resolves differences.
    public var owner: String?

    /// Collects the parts of a comparison.
    public init(aggregate: Int, column: Int, tolerance: CheckedTolerance, isMaterial: Bool, owner: String?) {
        self.aggregate = aggregate
        self.column = column
        self.tolerance = tolerance
        self.isMaterial = isMaterial
        self.owner = owner
    }
}

/// Two queries whose results must agree, row by row.
public struct CheckedTotal: Sendable, Hashable {
    /// The total's name.
    public var name: String
    /// The query on the legacy system.
    public var legacy: String
    /// The query on the service's system.
    public var service: String
    /// How far numbers may differ, a decimal number in text.
    public var tolerance: String

    /// Collects the parts of a total.
    public init(name: String, legacy: String, service: String, tolerance: String) {
        self.name = name
        self.legacy = legacy
        self.service = service
        self.tolerance = tolerance
    }
}
