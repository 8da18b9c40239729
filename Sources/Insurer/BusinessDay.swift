/// A calendar day as the policy administration writes it: eight digits, no separators.
struct BusinessDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    var number: Int

    /// The last day of the generated history; live changes happen after it.
    static let endOfHistory = BusinessDay(number: 20_269)  // 2025-06-30

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
