import Model

/// PostgreSQL's days and moments, which are counted from 2000-01-01 and may be infinite.
enum PostgresCalendar {
    /// Days from 1970-01-01 to 2000-01-01.
    static let epochDays: Int64 = 10_957
    /// Microseconds from 1970-01-01 to 2000-01-01.
    static let epochMicroseconds: Int64 = epochDays * 86_400_000_000

    /// Days from 1970 of the first and the last day that the canonical calendar has.
    private static let calendarDays: ClosedRange<Int64> = -719_162...2_932_896

    /// Appends a date, or the server's text for one that the canonical calendar does not have.
    static func date(_ days: Int32, _ row: inout [UInt8]) {
        switch days {
        case .max: RowWriter.text("infinity", &row)
        case .min: RowWriter.text("-infinity", &row)
        default:
            let since1970 = Int64(days) + epochDays
            if calendarDays.contains(since1970) {
                RowWriter.integer(since1970, kind: .date, &row)
            } else {
                let (text, suffix) = far(since1970)
                RowWriter.text(text + suffix, &row)
            }
        }
    }

    /// Appends a timestamp, or the server's text for one that the canonical calendar does not have.
    static func timestamp(_ microseconds: Int64, isZoned: Bool, _ row: inout [UInt8]) {
        switch microseconds {
        case .max: RowWriter.text("infinity", &row)
        case .min: RowWriter.text("-infinity", &row)
        default:
            // Only what the canonical calendar has is counted from 1970: the server's last moments would
            // overflow.
            let day = floorDivide(microseconds, dayLength) + epochDays
            if calendarDays.contains(day) {
                RowWriter.integer(
                    microseconds + epochMicroseconds, kind: isZoned ? .timestampZoned : .timestamp, &row)
                return
            }
            let (date, suffix) = far(day)
            let time = TimeOfDay(
                microseconds: microseconds - floorDivide(microseconds, dayLength) * dayLength)
            RowWriter.text("\(date) \(time)\(isZoned ? "+00" : "")\(suffix)", &row)
        }
    }

    /// Appends a time of day; the end of a day, which PostgreSQL writes as 24:00, as its text.
    static func time(_ microseconds: Int64, _ row: inout [UInt8]) {
        if microseconds < dayLength {
            RowWriter.integer(microseconds, kind: .time, &row)
        } else {
            RowWriter.text("24:00:00", &row)
        }
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    private static let dayLength: Int64 = 86_400_000_000

    /// A day outside the canonical calendar, in the server's ISO form; the suffix follows everything else.
    private static func far(_ days: Int64) -> (text: String, suffix: String) {
        // Howard Hinnant's `civil_from_days`, on which the canonical calendar rests as well.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * part + 2) / 5 + 1
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let shown = year > 0 ? year : 1 - year
        return ("\(padded(shown, 4))-\(padded(month, 2))-\(padded(day, 2))", year > 0 ? "" : " BC")
    }
}
