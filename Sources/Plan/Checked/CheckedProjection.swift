/// One legacy column's value computed from the aggregate.
public struct CheckedProjection: Sendable {
    /// The index in `reads` of the alias whose table holds the column.
    public var alias: Int
    /// The column of that table.
    public var column: Int
    /// What it is, over the service table's columns: slot n is the table's column n.
    public var expression: CompiledExpression
    /// Whether some mapped values cannot be told apart backwards.
    public var isLossy: Bool

    /// Maps one column back.
    public init(alias: Int, column: Int, expression: CompiledExpression, isLossy: Bool) {
        self.alias = alias
        self.column = column
        self.expression = expression
        self.isLossy = isLossy
    }
}
