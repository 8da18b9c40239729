/// A date and time of day, either as a moment (zoned, kept in UTC) or as some clock showed it (without a
/// zone).
///
/// The two are different values and never equal: nothing turns one into the other but a named zone.
public struct Timestamp: Hashable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00, in UTC when zoned, on the clock's own scale when not.
    public let microseconds: Int64
    /// Whether this is a moment rather than what an unnamed clock showed.
    public let isZoned: Bool

    /// The microseconds that texts and arithmetic may reach: the years 1 to 9999.
    public static let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// The timestamp so many microseconds after 1970-01-01T00:00:00.
    @inlinable
    public init(microseconds: Int64, isZoned: Bool) {
        self.microseconds = microseconds
        self.isZoned = isZoned
    }

    /// A timestamp on a day at a time of day; 24:00 is midnight of the day after.
    public init(_ date: CalendarDate, _ time: TimeOfDay, isZoned: Bool = false) throws(ModelError) {
        let micros = Int64(date.days) * TimeOfDay.day + time.microseconds
        self = try Timestamp(microseconds: micros, isZoned: isZoned).checked()
    }

    /// The day on the timestamp's own clock, UTC when zoned.
    public var date: CalendarDate { CalendarDate(days: Int32(truncatingIfNeeded: parts.day)) }

    /// The time of day on the timestamp's own clock, UTC when zoned.
    public var time: TimeOfDay { TimeOfDay(microseconds: Int64(parts.microseconds)) }

    /// The timestamp so many microseconds later, on the same clock.
    public func adding(microseconds count: Int64) throws(ModelError) -> Timestamp {
        let (sum, overflows) = microseconds.addingReportingOverflow(count)
        if overflows { throw Timestamp.outside }
        return try Timestamp(microseconds: sum, isZoned: isZoned).checked()
    }

    /// Negative, zero or positive as the left is earlier, the same or later; nil when only one of them has a
    /// zone.
    public static func order(_ left: Timestamp, _ right: Timestamp) -> Int? {
        guard left.isZoned == right.isZoned else { return nil }
        return left.microseconds == right.microseconds ? 0 : left.microseconds < right.microseconds ? -1 : 1
    }

    /// This timestamp, if it lies within the years 1 to 9999.
    public func checked() throws(ModelError) -> Timestamp {
        guard Timestamp.range.contains(microseconds) else { throw Timestamp.outside }
        return self
    }

    var parts: (day: Int, microseconds: Int) {
        let (day, rest) = CalendarDate.floorDivide(Int(microseconds), Int(TimeOfDay.day))
        return (day, rest)
    }

    static let outside = ModelError(.overflow, "the timestamp lies outside the years 1 to 9999")
}
