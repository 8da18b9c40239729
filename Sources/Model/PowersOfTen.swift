/// The powers of ten that fit 128 bits.
enum PowersOfTen {
    private static let table: [UInt128] = {
        var powers: [UInt128] = [1]
        for _ in 0..<Decimal128.scaleMax { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()

    /// Ten to the power of `exponent`, which lies in 0…38.
    static func power(_ exponent: Int) -> UInt128 { table[exponent] }

    /// Ten to the power of `exponent`, which lies in 0…19.
    static func word(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// Ten to the power of `exponent` in 0…22, where doubles are exact.
    static func double(_ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
