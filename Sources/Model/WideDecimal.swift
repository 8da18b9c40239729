/// A decimal in the middle of a calculation: sign and a 256-bit magnitude, wide enough for any single step.
struct WideDecimal {
    var isNegative: Bool
    var high: UInt128
    var low: UInt128
    var scale: Int

    /// The same number at a scale no smaller than its own.
    init(_ value: Decimal128, scale: Int) {
        isNegative = value.isNegative
        self.scale = scale
        let power = PowersOfTen.power(scale - value.scale)
        (high, low) = value.coefficient.magnitude.multipliedFullWidth(by: power)
    }

    /// The exact product.
    init(product left: Decimal128, _ right: Decimal128) {
        isNegative = left.isNegative != right.isNegative
        scale = left.scale + right.scale
        (high, low) = left.coefficient.magnitude.multipliedFullWidth(by: right.coefficient.magnitude)
    }

    /// The exact sum of two numbers of one scale; aligned numbers stay below 2^254, so their sum fits.
    init(sum left: WideDecimal, _ right: WideDecimal) {
        scale = left.scale
        if left.isNegative == right.isNegative {
            isNegative = left.isNegative
            let (sum, carry) = left.low.addingReportingOverflow(right.low)
            low = sum
            high = left.high + right.high + (carry ? 1 : 0)
            return
        }
        let leftIsLarger = left.high != right.high ? left.high > right.high : left.low >= right.low
        let (larger, smaller) = leftIsLarger ? (left, right) : (right, left)
        isNegative = larger.isNegative
        let (difference, borrow) = larger.low.subtractingReportingOverflow(smaller.low)
        low = difference
        high = larger.high - smaller.high - (borrow ? 1 : 0)
    }

    /// The number with as many digits as fit, giving up trailing zeros only.
    func settled() throws(ModelError) -> Decimal128 {
        var rest = self
        while rest.scale > Decimal128.scaleMax || rest.narrow == nil {
            let tooFine = rest.scale > Decimal128.scaleMax
            guard rest.scale > 0, rest.dropZero() else {
                if tooFine {
                    throw ModelError(.inexact, "the exact result has more than 38 digits after the point")
                }
                throw ModelError(.overflow, "the exact result does not fit a decimal")
            }
        }
        guard let coefficient = rest.narrow else {
            throw ModelError(.overflow, "the exact result does not fit a decimal")
        }
        return Decimal128(coefficient: coefficient, scale: rest.scale)
    }

    /// The coefficient when it fits 128 bits with its sign.
    private var narrow: Int128? {
        high == 0 ? Decimal128.signed(low, isNegative: isNegative) : nil
    }

    /// Divides by ten if nothing is lost.
    private mutating func dropZero() -> Bool {
        let (upper, carried) = high.quotientAndRemainder(dividingBy: 10)
        // The carried remainder is below the divisor, so the quotient fits.
        let (lower, remainder) = UInt128(10).dividingFullWidth((carried, low))
        guard remainder == 0 else { return false }
        high = upper
        low = lower
        scale -= 1
        return true
    }
}
