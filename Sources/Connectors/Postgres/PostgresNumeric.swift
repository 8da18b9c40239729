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
        // The last first: 39 digits and three that fill up.
        var digits = InlineArray<11, UInt16>(repeating: 0)
        var count = 0
        var rest = coefficient.magnitude
        // Digits are cut from the end, so the fraction is filled up to whole ones first.
        let fill = (4 - scale % 4) % 4
        if fill > 0 {
            let (quotient, last) = rest.quotientAndRemainder(dividingBy: units[4 - fill])
            rest = quotient
            digits[0] = UInt16(last * units[fill])
            count = 1
        }
        while rest > UInt128(UInt64.max) {
            digits[count] = UInt16(rest % 10_000)
            rest /= 10_000
            count += 1
        }
        var low = UInt64(rest)
        while low > 0 {
            digits[count] = UInt16(low % 10_000)
            low /= 10_000
            count += 1
        }
        while count > 0, digits[count - 1] == 0 { count -= 1 }
        var first = 0
        while first < count, digits[first] == 0 { first += 1 }
        let weight = count == first ? 0 : count - 1 - (scale + fill) / 4
        PostgresBytes.append(UInt16(count - first), to: &bytes)
        PostgresBytes.append(Int16(weight), to: &bytes)
        PostgresBytes.append(coefficient < 0 ? negative : 0, to: &bytes)
        PostgresBytes.append(UInt16(scale), to: &bytes)
        for place in stride(from: count - 1, through: first, by: -1) {
            PostgresBytes.append(digits[place], to: &bytes)
        }
    }

    private static let units: [UInt128] = [1, 10, 100, 1000]
}
