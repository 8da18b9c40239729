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
