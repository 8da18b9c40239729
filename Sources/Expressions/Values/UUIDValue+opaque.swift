public import CEL
public import Model

/// UUIDs are values of expressions, in the order of their texts.
extension UUIDValue: OpaqueValue {
    /// `uuid`
    public var typeName: String { "uuid" }
    /// 8-4-4-4-12 lower-case digits.
    public var text: String { description }

    /// Whether the other is the same UUID.
    public func isEqual(to other: Value) -> Bool { compare(to: other) == 0 }

    /// The order among UUIDs; nil for anything else.
    public func compare(to other: Value) -> Int? {
        guard case .opaque(let value) = other, let uuid = value as? UUIDValue else { return nil }
        return self < uuid ? -1 : self == uuid ? 0 : 1
    }
}
