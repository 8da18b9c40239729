/// An expression that was parsed and not yet checked.
public struct ParsedExpression: Sendable {
    /// The text.
    public let source: String
    /// The root of the syntax tree.
    public let expression: Expression
    /// Ids of all nodes are below this.
    let nodeCount: Int
}
