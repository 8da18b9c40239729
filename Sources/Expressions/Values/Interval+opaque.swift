public import CEL
public import Model

/// Intervals are values of expressions, without an order: a month has no fixed number of days.
extension Interval: OpaqueValue {
    /// `interval`
    public var typeName: String { "interval" }
    /// An ISO 8601 duration.
    public var text: String { description }

    /// Whether all three parts are equal.
    public func isEqual(to other: Value) -> Bool {
        guard case .opaque(let value) = other, let interval = value as? Interval else { return false }
        return self == interval
    }
}
