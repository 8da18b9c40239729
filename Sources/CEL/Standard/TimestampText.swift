/// Moments as RFC 3339 text.
enum TimestampText {
    /// The moment that a string value spells, with any offset.
    static func parse(_ value: Value) throws(EvaluationError) -> Timestamp {
        var reader = Reader(bytes: Array(try value.requireText().string.utf8))
        guard let date = reader.date(), let result = reader.time(on: date), reader.isAtEnd else {
            throw Conversion.invalid(.timestamp)
        }
        guard let moment = Timestamp(seconds: result.seconds, nanoseconds: result.nanoseconds) else {
            throw Conversion.range(.timestamp)
        }
        return moment
    }

    /// The moment in UTC with as many decimals as needed.
    static func text(_ moment: Timestamp) -> String {
        let civil = CivilTime(moment, offset: 0)
        return pad(civil.year, 4) + "-" + pad(civil.month, 2) + "-" + pad(civil.day, 2) + "T"
            + pad(civil.hour, 2)
            + ":" + pad(civil.minute, 2) + ":" + pad(civil.second, 2)
            + DurationText.decimals(moment.nanoseconds) + "Z"
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        /// Days since 1970-01-01.
        mutating func date() -> Int64? {
            guard let year = number(4), accept("-"), let month = number(2), accept("-"), let day = number(2),
                (1...12).contains(month), day >= 1, day <= CivilTime.days(inMonth: month, of: year),
                accept("T") || accept("t") || accept(" ")
            else { return nil }
            return CivilTime.days(year: year, month: month, day: day)
        }

        /// Seconds and nanoseconds of the time of day and its offset.
        mutating func time(on days: Int64) -> (seconds: Int64, nanoseconds: Int32)? {
            guard let hour = number(2), accept(":"), let minute = number(2), accept(":"),
                let second = number(2),
                hour < 24, minute < 60, second < 60, let nanoseconds = fraction(), let offset = offset()
            else { return nil }
            return (days * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset), nanoseconds)
        }

        private mutating func fraction() -> Int32? {
            guard accept(".") else { return 0 }
            var nanoseconds: Int32 = 0
            var weight: Int32 = 100_000_000
            let start = index
            while index < bytes.count, bytes[index].isDigit {
                nanoseconds += Int32(bytes[index] - 0x30) * weight
                weight /= 10
                index += 1
            }
            return index > start ? nanoseconds : nil
        }

        private mutating func offset() -> Int? {
            if accept("Z") || accept("z") { return 0 }
            let sign = accept("+") ? 1 : accept("-") ? -1 : 0
            guard sign != 0, let hour = number(2), accept(":"), let minute = number(2), hour < 24, minute < 60
            else { return nil }
            return sign * (hour * 3600 + minute * 60)
        }

        private mutating func number(_ digits: Int) -> Int? {
            guard index + digits <= bytes.count else { return nil }
            var result = 0
            for byte in bytes[index..<index + digits] {
                guard byte.isDigit else { return nil }
                result = result * 10 + Int(byte - 0x30)
            }
            index += digits
            return result
        }

        private mutating func accept(_ symbol: Unicode.Scalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: symbol) else { return false }
            index += 1
            return true
        }
    }
}
