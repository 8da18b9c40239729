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
