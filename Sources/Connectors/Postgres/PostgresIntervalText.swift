import Model

/// Intervals as a session with `intervalstyle=postgres` writes them: `1 year -2 mons +3 days 04:05:06.789`.
enum PostgresIntervalText {
    static func parse(_ text: String) throws -> Interval {
        var (months, days, microseconds): (Int64, Int64, Int64) = (0, 0, 0)
        var words = text.split(separator: " ")[...]
        while let word = words.popFirst() {
            if word.contains(":") {
                microseconds = try clock(word)
                continue
            }
            guard let number = Int64(word), let unit = words.popFirst() else { throw invalid }
            switch unit.prefix(3) {
            case "yea": months += number * 12
            case "mon": months += number
            case "day": days += number
            default: throw invalid
            }
        }
        guard let months = Int32(exactly: months), let days = Int32(exactly: days) else { throw invalid }
        return Interval(months: months, days: days, microseconds: microseconds)
    }

    private static let invalid = ModelError(.invalidText, "the text is no interval")

    /// `-04:05:06.789` in microseconds; hours may have any number of digits.
    private static func clock(_ word: Substring) throws -> Int64 {
        let isNegative = word.hasPrefix("-")
        let parts = word.drop { $0 == "-" || $0 == "+" }.split(separator: ":")
        guard parts.count == 3, let hours = Int64(parts[0]), let minutes = Int64(parts[1]) else {
            throw invalid
        }
        let seconds = parts[2].split(separator: ".")
        let fraction = seconds.count > 1 ? seconds[1] : ""
        guard let whole = seconds.first.flatMap({ Int64($0) }), fraction.count <= 6,
            let micros = Int64(fraction + String(repeating: "0", count: 6 - fraction.count))
        else { throw invalid }
        let total = (hours * 3600 + minutes * 60 + whole) * 1_000_000 + micros
        return isNegative ? -total : total
    }
}
