/// A context as the plan declares it.
public struct ContextText: Sendable {
    /// Its name.
    public var name: Located<String>
    /// Who owns it.
    public var owner: String?
    /// Who may approve.
    public var approvers: [String]
    /// The legacy system's name.
    public var from: Located<String>
    /// The service system's name.
    public var into: Located<String>
    /// The aliases in the order of the plan.
    public var reads: [ReadText]
    /// The code tables in the order of the plan.
    public var codes: [CodeTableText]
    /// The aggregates in the order of the plan.
    public var aggregates: [AggregateText]
    /// The events in the order of the plan.
    public var events: [EventText]
    /// The slices in the order of the plan.
    public var slices: [SliceText]
    /// What is compared, and how closely.
    public var reconcile: ReconcileText
    /// The gates by phase, in the order of the plan.
    public var gates: [GateText]
    /// How long a way back is kept open after a switch; nil when the plan does not say.
    public var keepFor: Duration?
}

/// One alias of `reads` as the plan declares it.
public struct ReadText: Sendable {
    /// The alias.
    public var alias: Located<String>
    /// The legacy table.
    public var table: Located<String>
    /// How many rows belong to one row it joins to.
    public var cardinality: ReadBinding.Cardinality
    /// The join; nil for a root.
    public var join: ExpressionText?
}

/// A code table as the plan declares it.
public struct CodeTableText: Sendable {
    /// One entry: an old value and what it means.
    public struct Entry: Sendable {
        /// The old value; nil for NULL.
        public var code: String?
        /// Whether the old value is written without quotes, so that digits may stand for a number.
        public var isPlainCode: Bool
        /// What it means.
        public var meaning: String
        /// Whether the meaning is written without quotes.
        public var isPlainMeaning: Bool
        /// Whether this old value is written back where several have the same meaning.
        public var isPreferred: Bool
        /// Why, in words.
        public var because: String?
        /// Where it stands.
        public var location: SourceLocation
        /// The path of keys that lead to it.
        public var path: String
    }

    /// What happens to a value that the table does not list.
    public enum Otherwise: Sendable, Hashable {
        /// The row waits for a decision.
        case quarantine
        /// The old value is kept.
        case keep
        /// It means this.
        case meaning(String)
    }

    /// Its name.
    public var name: Located<String>
    /// The entries in the order of the plan.
    public var entries: [Entry]
    /// What happens to other values.
    public var otherwise: Otherwise
}
