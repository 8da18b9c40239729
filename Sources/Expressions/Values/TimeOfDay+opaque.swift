public import CEL
public import Model

/// Times of day are values of expressions.
extension TimeOfDay: OpaqueValue {
    /// `time`
    public var typeName: String { "time" }
    /// `hh:mm:ss`, with a fraction where there is one.
    public var text: String { description }

    /// Whether the other is the same time of day.
    public func isEqual(to other: Value) -> Bool { compare(to: other) == 0 }

    /// The order within a day; nil for anything but a time of day.
    public func compare(to other: Value) -> Int? {
        guard case .opaque(let value) = other, let time = value as? TimeOfDay else { return nil }
        return self < time ? -1 : self == time ? 0 : 1
    }
}
