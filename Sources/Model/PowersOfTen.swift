/// The powers of ten that fit 128 bits.
enum PowersOfTen {
    private static let table: [UInt128] = {
        var powers: [UInt128] = [1]
        for _ in 0..<Decimal128.scaleMax { powers.append((powers.last ?? 1) * 10) }
        return powers
    }()

    /// Ten to the power of `exponent`, which lies in 0…38.
    static func power(_ exponent: Int) -> UInt128 { table[exponent] }
}
