/// One fault of an expression, found before it runs.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: String, Sendable, Hashable {
        /// The text is not an expression.
        case syntax
        /// The text is longer, deeper or larger than the limits allow.
        case limit
        /// A name that is not declared.
        case unknownName
        /// A function that is not declared.
        case unknownFunction
        /// A field that the record does not have.
        case unknownField
        /// No overload takes arguments of these types.
        case noSuchOverload
        /// A value of another type than is needed here.
        case typeMismatch
        /// A constant argument that the function refuses.
        case invalidArgument
    }

    /// The kind of fault.
    public let code: Code
    /// What is wrong, as a sentence without its position.
    public let message: String
    /// Where.
    public let position: Position
    /// What was found, where two things are compared.
    public let found: String?
    /// What was expected.
    public let expected: String?
    /// The nearest valid name.
    public let suggestion: String?

    /// A fault; see the properties.
    public init(
        _ code: Code, _ message: String, at position: Position, found: String? = nil, expected: String? = nil,
        suggestion: String? = nil
    ) {
        self.code = code
        self.message = message
        self.position = position
        self.found = found
        self.expected = expected
        self.suggestion = suggestion
    }

    /// What to do about it.
    public var hint: String? { suggestion.map { "did you mean '\($0)'?" } }

    /// The place, the message and the suggestion, as `3:14: unknown name 'x'; did you mean 'y'?`.
    public var description: String {
        "\(position): \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}
