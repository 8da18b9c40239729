/// One legacy column computed from the aggregate, as the plan declares it.
public struct BackText: Sendable {
    /// `alias.column`.
    public var target: Located<String>
    /// What it is, over the columns of the service's table.
    public var expression: ExpressionText
}
