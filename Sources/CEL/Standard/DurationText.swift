/// Lengths of time as text: read as `1h1.5m2s3ms4us5ns`, written in seconds.
enum DurationText {
    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    /// The nanoseconds that a string value spells.
    static func parse(_ value: Value) throws(EvaluationError) -> Int64 {
        let text = Array(try value.requireText().string.utf8)
        var index = 0
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
        let rest = text[index...]
        if rest.elementsEqual("0".utf8) { return 0 }
        guard !rest.isEmpty else { throw Conversion.invalid(.duration) }
        var total: Int64 = 0
        while index < text.count {
            let part = try part(text, &index)
            let (sum, isOverflowing) =
                isNegative
                ? total.subtractingReportingOverflow(part) : total.addingReportingOverflow(part)
            guard !isOverflowing else { throw Conversion.range(.duration) }
            total = sum
        }
        return total
    }

    /// One number with its unit, in nanoseconds.
    private static func part(_ text: [UInt8], _ index: inout Int) throws(EvaluationError) -> Int64 {
        let whole = digits(text, &index)
        var fraction = ArraySlice<UInt8>()
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            fraction = digits(text, &index)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { throw Conversion.invalid(.duration) }
        let start = index
        while index < text.count, !text[index].isDigit, text[index] != UInt8(ascii: ".") { index += 1 }
        let name = String(decoding: text[start..<index], as: UTF8.self)
        guard let unit = units.first(where: { $0.name == name }) else { throw Conversion.invalid(.duration) }
        guard let number = whole.isEmpty ? 0 : UInt64(String(decoding: whole, as: UTF8.self)) else {
            throw Conversion.range(.duration)
        }
        let (scaled, isOverflowing) = number.multipliedReportingOverflow(by: unit.nanoseconds)
        var rest: UInt64 = 0
        var weight = unit.nanoseconds
        for digit in fraction {
            // Digits beyond a nanosecond are cut off.
            rest += UInt64(digit - 0x30) * weight / 10
            weight /= 10
            if weight == 0 { break }
        }
        guard !isOverflowing, let result = Int64(exactly: scaled), result <= Int64.max - Int64(rest) else {
            throw Conversion.range(.duration)
        }
        return result + Int64(rest)
    }

    private static func digits(_ text: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
        let start = index
        while index < text.count, text[index].isDigit { index += 1 }
        return text[start..<index]
    }

    /// Seconds with as many decimals as needed, as `60.001s`.
    static func text(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        return sign + String(magnitude / 1_000_000_000) + decimals(Int32(magnitude % 1_000_000_000)) + "s"
    }

    /// `.001` for a million nanoseconds, nothing for zero.
    static func decimals(_ nanoseconds: Int32) -> String {
        guard nanoseconds != 0 else { return "" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }
}
