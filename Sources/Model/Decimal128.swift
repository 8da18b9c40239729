/// An exact decimal number: a 128-bit coefficient and the number of its digits after the point.
///
/// Numerically equal values are equal (`1.0 == 1.00`), though each keeps the scale it was written with.
/// Nothing is ever rounded without a named `Rounding`, and a result that does not fit is an error, never a
/// wrapped number.
public struct Decimal128: Sendable {
    // Two words instead of one `Int128`, whose alignment would make the stride 32: 24 bytes fit an
    // existential inline.
    @usableFromInline let low: UInt64
    @usableFromInline let high: Int64
    @usableFromInline let digits: UInt8

    /// The most digits after the point.
    public static let scaleMax = 38

    /// The number `coefficient` · 10^-`scale`; the scale lies in 0…38.
    @inlinable
    public init(coefficient: Int128, scale: Int) {
        precondition(scale >= 0 && scale <= 38, "a decimal has 0 to 38 digits after the point")
        low = UInt64(truncatingIfNeeded: coefficient)
        high = Int64(truncatingIfNeeded: coefficient >> 64)
        digits = UInt8(truncatingIfNeeded: scale)
    }

    /// A whole number.
    @inlinable
    public init(_ value: Int64) {
        self.init(coefficient: Int128(value), scale: 0)
    }

    /// Zero.
    public static let zero = Decimal128(coefficient: 0, scale: 0)

    /// All digits, as one whole number.
    @inlinable public var coefficient: Int128 { Int128(high) << 64 | Int128(low) }

    /// How many of the digits stand after the point.
    @inlinable public var scale: Int { Int(digits) }

    /// Whether the number is below zero.
    @inlinable public var isNegative: Bool { high < 0 }

    /// The same number with the fewest digits after the point.
    public var normalized: Decimal128 {
        var coefficient = coefficient
        var scale = scale
        if coefficient == 0 { return .zero }
        while scale > 0 {
            let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { break }
            coefficient = quotient
            scale -= 1
        }
        return Decimal128(coefficient: coefficient, scale: scale)
    }

    /// The whole number that this is, when it is one and fits 64 bits.
    public var wholeNumber: Int64? {
        let normal = normalized
        return normal.scale == 0 ? Int64(exactly: normal.coefficient) : nil
    }
}

extension Decimal128: Hashable, Comparable {
    /// Whether both are the same number, whatever their scales.
    public static func == (left: Decimal128, right: Decimal128) -> Bool {
        if left.digits == right.digits { return left.low == right.low && left.high == right.high }
        return order(left, right) == 0
    }

    /// Whether the left number is smaller.
    public static func < (left: Decimal128, right: Decimal128) -> Bool {
        order(left, right) < 0
    }

    /// Feeds the normalised form, so that equal numbers hash alike.
    public func hash(into hasher: inout Hasher) {
        let normal = normalized
        hasher.combine(normal.low)
        hasher.combine(normal.high)
        hasher.combine(normal.digits)
    }

    /// Negative, zero or positive as the left number is smaller, equal or larger.
    public static func order(_ left: Decimal128, _ right: Decimal128) -> Int {
        if left.digits == right.digits {
            return left.coefficient == right.coefficient ? 0 : left.coefficient < right.coefficient ? -1 : 1
        }
        if left.isNegative != right.isNegative { return left.isNegative ? -1 : 1 }
        let scale = max(left.scale, right.scale)
        let a = WideDecimal(left, scale: scale)
        let b = WideDecimal(right, scale: scale)
        let magnitudes =
            a.high != b.high ? (a.high < b.high ? -1 : 1) : a.low == b.low ? 0 : a.low < b.low ? -1 : 1
        return left.isNegative ? -magnitudes : magnitudes
    }
}
