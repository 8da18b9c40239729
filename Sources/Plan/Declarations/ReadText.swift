/// One alias of `reads` as the plan declares it.
public struct ReadText: Sendable {
    /// The alias.
    public var alias: Located<String>
    /// The legacy table.
    public var table: Located<String>
    /// The columns that tell its rows apart, where the plan names them.
    public var key: [Located<String>]?
    /// How many rows belong to one row it joins to.
    public var cardinality: ReadBinding.Cardinality
    /// The join; nil for a root.
    public var join: ExpressionText?
}
