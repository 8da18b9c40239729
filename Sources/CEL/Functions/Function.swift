/// A function by name, with its overloads.
///
/// The name may be qualified (`math.abs`). Operators are functions named by `BinaryOperator.functionName` and
/// `UnaryOperator.functionName`; a library extends them to its opaque types by declaring overloads under
/// that name.
///
/// Equality and order of opaque values are asked of the values themselves (`OpaqueValue`), so that lists of
/// them compare as well: an overload of `==`, `!=`, `<`, `<=`, `>` or `>=` only tells the checker what it may
/// allow.
public struct Function: Sendable {
    /// The name.
    public let name: String
    /// The overloads, tried in this order at run time.
    public let overloads: [Overload]

    /// A function.
    public init(_ name: String, _ overloads: [Overload]) {
        self.name = name
        self.overloads = overloads
    }

    /// Overloads of a binary operator.
    public init(_ name: BinaryOperator, _ overloads: [Overload]) { self.init(name.functionName, overloads) }

    /// Overloads of a unary operator.
    public init(_ name: UnaryOperator, _ overloads: [Overload]) { self.init(name.functionName, overloads) }
}
