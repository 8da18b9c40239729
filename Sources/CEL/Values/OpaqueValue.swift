/// A value of a type that a library adds: a decimal, a date, a UUID.
///
/// Conform small structs (up to 24 bytes): they are stored inside `Value` without allocation. Operators on
/// such values are overloads that the library declares under the operator's function name
/// (`BinaryOperator.functionName`).
public protocol OpaqueValue: Sendable {
    /// The type's name, as in `CELType.opaque(name, [])`.
    var typeName: String { get }
    /// The value as `string(x)` and `format` print it.
    var text: String { get }
    /// Whether this equals the other value, which may be of any type.
    func isEqual(to other: Value) -> Bool
    /// Negative, zero or positive as this comes before, with or after the other; nil where there is no order.
    func compare(to other: Value) -> Int?
}

extension OpaqueValue {
    /// No order.
    public func compare(to other: Value) -> Int? { nil }
}
