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
        fields: [CheckedComparison] = [], totals: [CheckedTotal] = [], warn: Double? = nil,
        incident: Double? = nil
    ) {
        self.fields = fields
        self.totals = totals
        self.warn = warn
        self.incident = incident
    }
}
