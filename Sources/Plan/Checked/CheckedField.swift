/// One mapped column of the service's table.
public struct CheckedField: Sendable {
    /// The index of the column in the service's table.
    public var column: Int
    /// The fact that the field belongs to.
    public var fact: String
    /// What it is.
    public var expression: CompiledExpression
    /// Why, in words.
    public var because: String?

    /// Maps one column.
    public init(column: Int, fact: String, expression: CompiledExpression, because: String?) {
        self.column = column
        self.fact = fact
        self.expression = expression
        self.because = because
    }
}
