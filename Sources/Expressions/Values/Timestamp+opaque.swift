public import CEL
public import Model

/// Timestamps without a zone are values of expressions; those with one become the language's own timestamps.
extension Model.Timestamp: OpaqueValue {
    /// `local_timestamp`; a zoned one is turned into the language's own type before it gets here.
    public var typeName: String { isZoned ? "zoned_timestamp" : "local_timestamp" }
    /// ISO 8601.
    public var text: String { description }

    /// Whether the other shows the same date and time, and equally has a zone or none.
    public func isEqual(to other: Value) -> Bool { compare(to: other) == 0 }

    /// The order among timestamps that equally have a zone or none; nil for anything else.
    public func compare(to other: Value) -> Int? {
        guard case .opaque(let value) = other, let timestamp = value as? Model.Timestamp else { return nil }
        return Model.Timestamp.order(self, timestamp)
    }
}

extension CEL.Timestamp {
    /// The moment so many microseconds after 1970-01-01T00:00:00Z; nil outside the years 1 to 9999.
    public init?(microseconds: Int64) {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let isBefore = rest < 0
        self.init(
            seconds: isBefore ? seconds - 1 : seconds,
            nanoseconds: Int32((isBefore ? rest + 1_000_000 : rest) * 1_000))
    }

    /// Microseconds since 1970-01-01T00:00:00Z; nil when the moment is finer than that.
    public var microseconds: Int64? {
        nanoseconds % 1_000 == 0 ? seconds * 1_000_000 + Int64(nanoseconds / 1_000) : nil
    }
}
