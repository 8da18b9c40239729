/// A field as the plan declares it: a column and what it is.
public struct FieldText: Sendable {
    /// The column of the service's table.
    public var column: Located<String>
    /// What it is, and why.
    public var expression: ExpressionText
}
