/// A day of the proleptic Gregorian calendar, without a time or a zone.
public struct CalendarDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01, negative before it.
    public let days: Int32

    /// The days that texts and arithmetic may reach: 0001-01-01 to 9999-12-31.
    public static let range: ClosedRange<Int32> = -719_162...2_932_896

    /// The day so many days after 1970-01-01.
    @inlinable
    public init(days: Int32) {
        self.days = days
    }

    /// A day by year 1…9999, month and day of month; days that the calendar does not have are refused.
    public init(year: Int, month: Int, day: Int) throws(ModelError) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= CalendarDate.length(ofMonth: month, year: year)
        else { throw ModelError(.outOfRange, "the calendar has no such day between the years 1 and 9999") }
        days = Int32(CalendarDate.days(year: year, month: month, day: day))
    }

    /// The day that a number such as 20240131 spells.
    public init(yyyymmdd number: Int64) throws(ModelError) {
        guard (1_0101...9999_1231).contains(number) else {
            throw ModelError(.outOfRange, "the number is no date written yyyymmdd")
        }
        let value = Int(number)
        try self.init(year: value / 10_000, month: value / 100 % 100, day: value % 100)
    }

    /// The year, month and day of month.
    public var civil: (year: Int, month: Int, day: Int) { CalendarDate.civil(days: Int(days)) }

    /// The day so many days later; an error outside the years 1 to 9999.
    public func adding(days count: Int64) throws(ModelError) -> CalendarDate {
        let (sum, overflows) = Int64(days).addingReportingOverflow(count)
        guard !overflows, let result = Int32(exactly: sum), CalendarDate.range.contains(result) else {
            throw ModelError(.overflow, "the date lies outside the years 1 to 9999")
        }
        return CalendarDate(days: result)
    }

    /// The same day so many months later, or that month's last day where it is shorter.
    public func adding(months count: Int64) throws(ModelError) -> CalendarDate {
        let (year, month, day) = civil
        let (sum, overflows) = Int64(year * 12 + month - 1).addingReportingOverflow(count)
        guard !overflows, (12..<120_000).contains(sum) else {
            throw ModelError(.overflow, "the date lies outside the years 1 to 9999")
        }
        let (newYear, newMonth) = (Int(sum) / 12, Int(sum) % 12 + 1)
        let length = CalendarDate.length(ofMonth: newMonth, year: newYear)
        return try CalendarDate(year: newYear, month: newMonth, day: min(day, length))
    }

    /// How many days later `other` is; negative when it is earlier.
    public func days(until other: CalendarDate) -> Int64 { Int64(other.days) - Int64(days) }

    /// Whether the left day is earlier.
    @inlinable
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.days < right.days }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 of a day that the calendar has.
    ///
    /// Years begin in March here, so that the leap day comes last; 400 years have 146,097 days.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = floorDivide(shifted, 400)
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    /// The quotient towards negative infinity, and what is left.
    static func floorDivide(_ value: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
