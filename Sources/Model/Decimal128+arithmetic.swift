extension Decimal128 {
    /// The exact sum, at the larger of both scales.
    public func adding(_ other: Decimal128) throws(ModelError) -> Decimal128 {
        if digits == other.digits {
            let (sum, overflows) = coefficient.addingReportingOverflow(other.coefficient)
            if !overflows { return Decimal128(coefficient: sum, scale: scale) }
        }
        let shared = max(scale, other.scale)
        return try WideDecimal(sum: WideDecimal(self, scale: shared), WideDecimal(other, scale: shared))
            .settled()
    }

    /// The exact difference, at the larger of both scales.
    public func subtracting(_ other: Decimal128) throws(ModelError) -> Decimal128 {
        if digits == other.digits {
            let (difference, overflows) = coefficient.subtractingReportingOverflow(other.coefficient)
            if !overflows { return Decimal128(coefficient: difference, scale: scale) }
        }
        let shared = max(scale, other.scale)
        var negated = WideDecimal(other, scale: shared)
        negated.isNegative.toggle()
        return try WideDecimal(sum: WideDecimal(self, scale: shared), negated).settled()
    }

    /// The exact product, at the sum of both scales; trailing zeros are given up only where it would not fit.
    public func multiplied(by other: Decimal128) throws(ModelError) -> Decimal128 {
        let (product, overflows) = coefficient.multipliedReportingOverflow(by: other.coefficient)
        if !overflows, scale + other.scale <= Decimal128.scaleMax {
            return Decimal128(coefficient: product, scale: scale + other.scale)
        }
        return try WideDecimal(product: self, other).settled()
    }

    /// The number with the other sign.
    public func negated() throws(ModelError) -> Decimal128 {
        let (negative, overflows) = Int128(0).subtractingReportingOverflow(coefficient)
        if overflows { throw ModelError(.overflow, "the negated number does not fit a decimal") }
        return Decimal128(coefficient: negative, scale: scale)
    }

    /// The number without its sign.
    public func absolute() throws(ModelError) -> Decimal128 {
        isNegative ? try negated() : self
    }

    /// The quotient at `scale` digits after the point, rounded as named.
    public func divided(
        by divisor: Decimal128, scale: Int, rounding: Rounding
    ) throws(ModelError) -> Decimal128 {
        try Decimal128.checkScale(scale)
        guard divisor.coefficient != 0 else { throw ModelError(.divisionByZero, "a decimal divided by zero") }
        let negative = isNegative != divisor.isNegative
        let shift = scale + divisor.scale - self.scale
        let (quotient, remainder) =
            shift >= 0
            ? try Decimal128.quotient(
                coefficient.magnitude, timesTenTo: shift, by: divisor.coefficient.magnitude)
            : Decimal128.quotient(
                coefficient.magnitude, by: divisor.coefficient.magnitude, timesTenTo: -shift)
        return try Decimal128.rounded(quotient, remainder, isNegative: negative, scale: scale, rounding)
    }

    /// The number at `scale` digits after the point: exact when that adds zeros, rounded as named when it
    /// drops digits.
    public func rounded(toScale scale: Int, _ rounding: Rounding) throws(ModelError) -> Decimal128 {
        try Decimal128.checkScale(scale)
        if scale == self.scale { return self }
        if scale > self.scale {
            let power = Int128(PowersOfTen.power(scale - self.scale))
            let (wider, overflows) = coefficient.multipliedReportingOverflow(by: power)
            if overflows { throw ModelError(.overflow, "the number does not fit a decimal of that scale") }
            return Decimal128(coefficient: wider, scale: scale)
        }
        let (quotient, remainder) = Decimal128.quotient(
            coefficient.magnitude, by: 1, timesTenTo: self.scale - scale)
        return try Decimal128.rounded(quotient, remainder, isNegative: isNegative, scale: scale, rounding)
    }

    /// The number at `scale` digits after the point, if nothing but zeros is added or dropped.
    public func rescaled(to scale: Int) throws(ModelError) -> Decimal128 {
        if scale == self.scale { return self }
        let result = try rounded(toScale: scale, .down)
        guard result == self else {
            throw ModelError(.inexact, "the number has more than \(scale) digits after the point")
        }
        return result
    }

    static func checkScale(_ scale: Int) throws(ModelError) {
        guard (0...scaleMax).contains(scale) else {
            throw ModelError(.outOfRange, "a decimal has 0 to 38 digits after the point, not \(scale)")
        }
    }

    /// The magnitude with its sign; nil when it does not fit.
    static func signed(_ magnitude: UInt128, isNegative: Bool) -> Int128? {
        if !isNegative { return Int128(exactly: magnitude) }
        if magnitude == UInt128(1) << 127 { return .min }
        return Int128(exactly: magnitude).map { -$0 }
    }

    /// `value` · 10^`shift` / `divisor`, where the product must leave a quotient of 128 bits.
    private static func quotient(
        _ value: UInt128, timesTenTo shift: Int, by divisor: UInt128
    ) throws(ModelError) -> (UInt128, RemainderSize) {
        let tooLarge = ModelError(.overflow, "the quotient does not fit a decimal")
        let first = min(shift, scaleMax)
        var (high, low) = value.multipliedFullWidth(by: PowersOfTen.power(first))
        if shift > first {
            let power = PowersOfTen.power(shift - first)
            let upper = high.multipliedReportingOverflow(by: power)
            let lower = low.multipliedFullWidth(by: power)
            let sum = upper.partialValue.addingReportingOverflow(lower.high)
            // A dividend past 256 bits has a quotient past 128, whatever the divisor.
            if upper.overflow || sum.overflow { throw tooLarge }
            (high, low) = (sum.partialValue, lower.low)
        }
        guard high < divisor else { throw tooLarge }
        let (quotient, remainder) = divisor.dividingFullWidth((high, low))
        return (quotient, RemainderSize(remainder, of: divisor))
    }

    /// `value` / (`divisor` · 10^`shift`).
    private static func quotient(
        _ value: UInt128, by divisor: UInt128, timesTenTo shift: Int
    ) -> (UInt128, RemainderSize) {
        let (high, low) = divisor.multipliedFullWidth(by: PowersOfTen.power(shift))
        // A divisor of 2^128 or more is over twice any coefficient.
        if high > 0 { return (0, value == 0 ? .none : .belowHalf) }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: low)
        return (quotient, RemainderSize(remainder, of: low))
    }

    private static func rounded(
        _ quotient: UInt128, _ remainder: RemainderSize, isNegative: Bool, scale: Int, _ rounding: Rounding
    ) throws(ModelError) -> Decimal128 {
        let grows = rounding.movesAway(remainder, isNegative: isNegative, isOdd: quotient & 1 == 1)
        let (magnitude, overflows) = quotient.addingReportingOverflow(grows ? 1 : 0)
        guard !overflows, let coefficient = signed(magnitude, isNegative: isNegative) else {
            throw ModelError(.overflow, "the rounded number does not fit a decimal")
        }
        return Decimal128(coefficient: coefficient, scale: scale)
    }
}
