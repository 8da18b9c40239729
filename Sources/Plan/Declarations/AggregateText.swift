/// An aggregate as the plan declares it.
public struct AggregateText: Sendable {
    /// Its name.
    public var name: Located<String>
    /// The alias it grows from.
    public var root: Located<String>
    /// The condition on a root row.
    public var when: ExpressionText?
    /// The expressions of the natural key.
    public var natural: [ExpressionText]
    /// The column of the surrogate id.
    public var surrogate: Located<String>?
    /// The service's table.
    public var table: Located<String>
    /// The facts in the order of the plan.
    public var facts: [FactText]
    /// The parts in the order of the plan.
    public var parts: [PartText]
    /// The way back, in the order of the plan.
    public var back: [BackText]
}
