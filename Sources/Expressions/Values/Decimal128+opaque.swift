public import CEL
public import Model

/// Decimals are values of expressions, on one number line with ints; a double is never equal to one.
extension Decimal128: OpaqueValue {
    /// `decimal`
    public var typeName: String { "decimal" }
    /// Plain digits at the decimal's own scale.
    public var text: String { description }

    /// Whether the other is the same number.
    public func isEqual(to other: Value) -> Bool { compare(to: other) == 0 }

    /// The order among decimals and ints; nil for anything else.
    public func compare(to other: Value) -> Int? {
        switch other {
        case .opaque(let value): (value as? Decimal128).map { Decimal128.order(self, $0) }
        case .int(let value): Decimal128.order(self, Decimal128(value))
        case .uint(let value): Decimal128.order(self, Decimal128(coefficient: Int128(value), scale: 0))
        default: nil
        }
    }
}
