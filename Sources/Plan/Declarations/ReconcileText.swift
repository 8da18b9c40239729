/// The reconciliation as the plan declares it.
public struct ReconcileText: Sendable {
    /// How one column is compared.
    public struct Field: Sendable {
        /// `column`, or `aggregate.column` where several aggregates have it.
        public var column: Located<String>
        /// How far the values may differ.
        public var tolerance: Located<String>?
        /// Whether a difference must be resolved before a switch.
        public var isMaterial: Bool
        /// Who resolves differences.
        public var owner: String?
    }

    /// A pair of queries whose results must agree.
    public struct Total: Sendable {
        /// Its name.
        public var name: Located<String>
        /// The query on the legacy system.
        public var legacy: Located<String>
        /// The query on the service's system.
        public var service: Located<String>
        /// How far the values may differ.
        public var tolerance: Located<String>?
    }

    /// The columns with rules of their own.
    public var fields: [Field] = []
    /// The totals.
    public var totals: [Total] = []
    /// The share of mismatched aggregates that is worth a warning.
    public var warn: Located<Double>?
    /// The share of mismatched aggregates that is an incident.
    public var incident: Located<Double>?
}
