/// A length of calendar time: months, days and microseconds, kept apart because no fixed rate converts them.
public struct Interval: Hashable, Sendable {
    /// Whole months; twelve to the year.
    public let months: Int32
    /// Whole days, of whatever length daylight saving makes them.
    public let days: Int32
    /// Microseconds.
    public let microseconds: Int64

    /// An interval of three parts.
    @inlinable
    public init(months: Int32, days: Int32, microseconds: Int64) {
        self.months = months
        self.days = days
        self.microseconds = microseconds
    }

    /// The interval that a cell of kind `interval` holds; nil when a part does not fit.
    public init?(_ cell: CellView) {
        guard cell.kind == .interval else { return nil }
        // A cell of this kind has a payload of 24 bytes.
        let words = (0..<3).map { index in
            unsafe Int64(littleEndian: cell.payload.loadUnaligned(fromByteOffset: index * 8, as: Int64.self))
        }
        guard let months = Int32(exactly: words[0]), let days = Int32(exactly: words[1]) else { return nil }
        self.init(months: months, days: days, microseconds: words[2])
    }
}
