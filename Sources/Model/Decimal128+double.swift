extension Decimal128 {
    /// The shortest decimal that reads back as this double; NaN, infinities and what does not fit are
    /// refused.
    ///
    /// That is the number people see printed: 0.1 becomes 0.1, not the binary fraction next to it.
    public init(shortest value: Double) throws(ModelError) {
        if let near = Decimal128.fewDigits(value) {
            self = near
            return
        }
        guard value.isFinite else { throw ModelError(.outOfRange, "a decimal is neither NaN nor infinite") }
        self = try Decimal128(value.description).normalized
    }

    /// The double nearest to this number, halves to even.
    public var nearestDouble: Double {
        let coefficient = coefficient
        // Both operands are exact in a double, so the one division rounds correctly.
        if coefficient.magnitude < 1 << 53, scale <= 22 {
            return Double(Int64(truncatingIfNeeded: coefficient)) / PowersOfTen.double(scale)
        }
        return Double(description) ?? .nan
    }

    /// The shortest decimal when it has at most nine digits after the point and fifteen in all.
    ///
    /// Decimals of up to fifteen digits are told apart by their nearest doubles, so the first that reads back
    /// is the shortest.
    private static func fewDigits(_ value: Double) -> Decimal128? {
        guard value.magnitude < 1e15 else { return nil }
        var power = 1.0
        for scale in 0...9 {
            let scaled = (value * power).rounded()
            guard scaled.magnitude < 1e15 else { return nil }
            if scaled / power == value { return Decimal128(coefficient: Int128(Int64(scaled)), scale: scale) }
            power *= 10
        }
        return nil
    }

    /// The decimal of `scale` digits after the point that the double stands for, when the shortest decimal
    /// has no more than that and no more than fifteen in all; nil otherwise.
    public init?(_ value: Double, scale: Int) {
        guard (0...22).contains(scale) else { return nil }
        let power = PowersOfTen.double(scale)
        let scaled = (value * power).rounded()
        // Both operands of the division are exact, so its result is the double nearest to the decimal.
        guard scaled.magnitude < 1e15, scaled / power == value else { return nil }
        self.init(coefficient: Int128(Int64(scaled)), scale: scale)
    }
}
