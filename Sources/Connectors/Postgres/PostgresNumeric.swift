import Model
import PostgreSQL

/// PostgreSQL's binary decimal: digits to the base of 10,000, where the first one stands, a sign, and how
/// many digits are shown after the point.
///
/// After `numeric_send` in PostgreSQL's `src/backend/utils/adt/numeric.c`.
enum PostgresNumeric {
    private static let negative: UInt16 = 0x4000
    private static let notANumber: UInt16 = 0xC000
    private static let infinity: UInt16 = 0xD000
    private static let negativeInfinity: UInt16 = 0xF000
    private static let headerBytes = 8

    /// Appends a value: a decimal where it has at most 38 digits, and otherwise the text that the server
    /// would write.
    ///
    /// - Returns: False when the bytes are none.
    static func decode(_ bytes: UnsafeRawBufferPointer, _ row: inout [UInt8]) -> Bool {
        guard bytes.count >= headerBytes else { return false }
        let count = Int(unsafe word(bytes, 0))
        let weight = Int(Int16(bitPattern: unsafe word(bytes, 2)))
        let sign = unsafe word(bytes, 4)
        let scale = Int(unsafe word(bytes, 6))
        guard bytes.count == headerBytes + 2 * count else { return false }
        switch sign {
        case notANumber: RowWriter.text("NaN", &row)
        case infinity: RowWriter.text("Infinity", &row)
        case negativeInfinity: RowWriter.text("-Infinity", &row)
        case 0, negative:
            let isNegative = sign == negative
            if let whole = unsafe coefficient(bytes, count, weight, scale) {
                RowWriter.decimal(
                    coefficient: isNegative ? -whole : whole, scale: UInt8(truncatingIfNeeded: scale), &row)
            } else {
                unsafe RowWriter.bytes(text(bytes, count, weight, scale, isNegative), kind: .text, &row)
            }
        default: return false
        }
        return true
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt16 {
        // Callers have checked the length.
        unsafe UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1])
    }

    /// The number without its point; nil when it has more than 38 digits.
    private static func coefficient(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, _ weight: Int, _ scale: Int
    )
        -> Int128?
    {
        guard scale <= 38 else { return nil }
        var value: Int128 = 0
        for index in 0..<count {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10_000)
            if isTooLarge { return nil }
            value = product + Int128(unsafe word(bytes, headerBytes + 2 * index))
        }
        // The last digit stands for 10,000 to this power.
        var exponent = 4 * (weight - count + 1) + scale
        while exponent > 0 {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            if isTooLarge { return nil }
            value = product
            exponent -= 1
        }
        while exponent < 0 {
            // What is cut off are zeros that fill up the last digit.
            guard value % 10 == 0 else { return nil }
            value /= 10
            exponent += 1
        }
        return value <= most ? value : nil
    }

    /// 38 digits.
    private static let most = Int128(99_999_999_999_999_999_999_999_999_999_999_999_999)

    /// The digits as the server writes them.
    private static func text(
        _ bytes: UnsafeRawBufferPointer, _ count: Int, _ weight: Int, _ scale: Int, _ isNegative: Bool
    ) -> [UInt8] {
        func digits(_ place: Int) -> [UInt8] {
            let index = weight - place
            let value = index >= 0 && index < count ? Int(unsafe word(bytes, headerBytes + 2 * index)) : 0
            return [value / 1000, value / 100 % 10, value / 10 % 10, value % 10].map { 0x30 + UInt8($0) }
        }
        var text: [UInt8] = isNegative ? [0x2D] : []
        var whole: [UInt8] = []
        if weight >= 0 { for place in stride(from: weight, through: 0, by: -1) { whole += digits(place) } }
        whole = Array(whole.drop { $0 == 0x30 })
        text += whole.isEmpty ? [0x30] : whole
        guard scale > 0 else { return text }
        var fraction: [UInt8] = []
        var place = -1
        while fraction.count < scale {
            fraction += digits(place)
            place -= 1
        }
        return text + [0x2E] + fraction.prefix(scale)
    }

    /// Appends a decimal in PostgreSQL's form.
    static func encode(_ coefficient: Int128, scale: Int, to bytes: inout [UInt8]) {
        var rest = coefficient.magnitude
        // Digits are cut from the end, so the fraction is filled up to whole ones first.
        let fill = (4 - scale % 4) % 4
        var digits: [UInt16] = []
        if fill > 0 {
            let unit = UInt128([1, 10, 100, 1000][4 - fill])
            let last = rest % unit
            rest /= unit
            digits.append(UInt16(last * UInt128([1, 10, 100, 1000][fill])))
        }
        while rest > 0 {
            digits.append(UInt16(rest % 10_000))
            rest /= 10_000
        }
        var weight = digits.count - 1 - (scale + fill) / 4
        while digits.last == 0 {
            digits.removeLast()
            weight -= 1
        }
        let trailing = digits.prefix { $0 == 0 }.count
        let shown = digits.dropFirst(trailing)
        PostgresBytes.append(UInt16(shown.count), to: &bytes)
        PostgresBytes.append(Int16(shown.isEmpty ? 0 : weight), to: &bytes)
        PostgresBytes.append(coefficient < 0 ? negative : 0, to: &bytes)
        PostgresBytes.append(UInt16(scale), to: &bytes)
        for digit in shown.reversed() { PostgresBytes.append(digit, to: &bytes) }
    }
}
