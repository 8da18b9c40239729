public import CEL
public import Model

/// Dates are values of expressions, ordered by the calendar.
extension CalendarDate: OpaqueValue {
    /// `date`
    public var typeName: String { "date" }
    /// `yyyy-mm-dd`
    public var text: String { description }

    /// Whether the other is the same day.
    public func isEqual(to other: Value) -> Bool { compare(to: other) == 0 }

    /// The order among dates; nil for anything else.
    public func compare(to other: Value) -> Int? {
        guard case .opaque(let value) = other, let date = value as? CalendarDate else { return nil }
        return Int(days) - Int(date.days)
    }
}
