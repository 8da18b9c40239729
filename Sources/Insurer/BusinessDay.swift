/// A calendar day as the policy administration writes it: eight digits, no separators.
struct BusinessDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    var number: Int

    /// The last day of the generated history; live changes happen after it.
    static let endOfHistory = BusinessDay(number: 20_269)  // 2025-06-30

    /// The last day of each month in a year that is no leap year.
    private static let lastDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// A number of days since 1970-01-01.
    init(number: Int) { self.number = number }

    /// A day that the calendar has; nil for any other text.
    init?(text: String) {
        guard text.utf8.count == 8, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let digits = Int(text)
        else { return nil }
        let (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100)
        guard (1...12).contains(month) else { return nil }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        guard day >= 1, day <= Self.lastDays[month - 1] + (isLeap && month == 2 ? 1 : 0) else { return nil }
        // Counted in years that start in March, as `text` does.
        let shifted = month > 2 ? year : year - 1
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = era * 146_097 + dayOfEra - 719_468
    }

    static func < (left: BusinessDay, right: BusinessDay) -> Bool { left.number < right.number }

    static func + (day: BusinessDay, days: Int) -> BusinessDay { BusinessDay(number: day.number + days) }

    static func - (day: BusinessDay, days: Int) -> BusinessDay { BusinessDay(number: day.number - days) }

    /// The day in the Gregorian calendar, counted in years that start in March so that leap days come last.
    var text: String {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year * 10_000 + month * 100 + day).padded(to: 8)
    }
}

extension Int {
    /// The digits of a number that is not negative, with zeros in front.
    func padded(to width: Int) -> String {
        let digits = String(self)
        return digits.utf8.count >= width
            ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
