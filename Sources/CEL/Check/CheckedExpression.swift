/// An expression whose names and types were resolved.
public struct CheckedExpression: Sendable {
    /// What was checked.
    public let parsed: ParsedExpression
    /// The type of the whole.
    public let type: CELType
    /// The columns read, in source order, each place once.
    public let fields: [FieldReference]
    /// Slots of all variables read.
    public let slots: Set<Int>
    let resolution: Resolution

    /// The root of the syntax tree.
    public var expression: Expression { parsed.expression }

    /// The type of a node of this tree.
    public func type(of node: Expression) -> CELType { resolution.types[node.id] ?? .dyn }

    /// What a name, field or call of this tree means.
    public func reference(of node: Expression) -> Reference? { resolution.references[node.id] }
}
