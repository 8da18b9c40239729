public import Expressions

/// A bounded context being moved.
public struct CheckedContext: Sendable {
    /// The context's name.
    public var name: String
    /// Who owns it.
    public var owner: String?
    /// Who may approve.
    public var approvers: [String]
    /// The legacy system's name.
    public var legacy: String
    /// The service system's name.
    public var service: String
    /// The rows that make up aggregates, in the order of the plan; an alias's index is its slot in every
    /// mapping expression.
    public var reads: [ReadBinding]
    /// The semantic dictionaries by name.
    public var codes: [CodeTable]
    /// The aggregates in the order of the plan.
    public var aggregates: [CheckedAggregate]
    /// The domain events in the order of the plan.
    public var events: [CheckedEvent]
    /// The slices in the order of the plan.
    public var slices: [CheckedSlice]
    /// What is compared, and how closely.
    public var reconciliation: CheckedReconciliation
    /// The gates in the order of the plan.
    public var gates: [CheckedGate]
    /// How long a way back is kept open after a switch; nil when the plan does not say.
    public var keepFor: Duration?

    /// SHA-256 over everything that decides the rows of the context's store, in hex: the version of its
    /// mapping.
    ///
    /// Events, slices, gates and the way back are not part of it; the types of the columns on both sides are.
    public var digest: String { PlanDigest.hex(of: self) }

    /// Collects the parts of a checked context.
    public init(
        name: String, owner: String?, approvers: [String], legacy: String, service: String,
        reads: [ReadBinding],
        codes: [CodeTable], aggregates: [CheckedAggregate], events: [CheckedEvent], slices: [CheckedSlice],
        reconciliation: CheckedReconciliation = CheckedReconciliation(), gates: [CheckedGate] = [],
        keepFor: Duration? = nil
    ) {
        self.name = name
        self.owner = owner
        self.approvers = approvers
        self.legacy = legacy
        self.service = service
        self.reads = reads
        self.codes = codes
        self.aggregates = aggregates
        self.events = events
        self.slices = slices
        self.reconciliation = reconciliation
        self.gates = gates
        self.keepFor = keepFor
    }
}
