/// An operator with one operand.
public enum UnaryOperator: String, Sendable, Hashable, CaseIterable {
    /// `!a`
    case not = "!"
    /// `-a`
    case negate = "-"

    /// The name under which libraries declare overloads of this operator, for example `-_`.
    public var functionName: String { rawValue + "_" }
}
