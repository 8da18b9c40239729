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

/// A fact as the plan declares it.
public struct FactText: Sendable {
    /// Its name.
    public var name: Located<String>
    /// Its fields in the order of the plan.
    public var fields: [FieldText]
}

/// A field as the plan declares it: a column and what it is.
public struct FieldText: Sendable {
    /// The column of the service's table.
    public var column: Located<String>
    /// What it is, and why.
    public var expression: ExpressionText
}

/// A part as the plan declares it.
public struct PartText: Sendable {
    /// Its name.
    public var name: Located<String>
    /// The `many` alias whose rows become parts.
    public var of: Located<String>
    /// The service's table of the parts.
    public var table: Located<String>
    /// The columns that hold the aggregate's key.
    public var parent: [Located<String>]
    /// The columns that tell the parts of one aggregate apart.
    public var key: [Located<String>]
    /// The condition on a row.
    public var when: ExpressionText?
    /// The fields in the order of the plan.
    public var fields: [FieldText]
}

/// One legacy column computed from the aggregate, as the plan declares it.
public struct BackText: Sendable {
    /// `alias.column`.
    public var target: Located<String>
    /// What it is, over the columns of the service's table.
    public var expression: ExpressionText
}
