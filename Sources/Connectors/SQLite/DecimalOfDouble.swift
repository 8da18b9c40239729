/// The decimal that a stored double stands for: the shortest one that reads back as the same double.
enum DecimalOfDouble {
    /// Powers of ten that a double holds exactly.
    static let powers: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1.0) { value, _ in value * 10 }
    }

    /// Coefficient and scale; nil when no decimal of 38 digits equals the double's shortest text.
    ///
    /// - Parameter scale: The declared scale, used when the value has no more digits than it allows.
    static func digits(_ value: Double, scale: Int?) -> (coefficient: Int128, scale: UInt8)? {
        guard value.isFinite else { return nil }
        if let scale, let coefficient = coefficient(value, scale) { return (coefficient, UInt8(scale)) }
        for scale in 0...15 {
            if let coefficient = coefficient(value, scale) { return (coefficient, UInt8(scale)) }
        }
        return shortest(value)
    }

    /// Both operands of the division are exact, so its result is the double nearest to coefficient /
    /// 10^scale.
    private static func coefficient(_ value: Double, _ scale: Int) -> Int128? {
        let scaled = (value * powers[scale]).rounded(.toNearestOrEven)
        guard scaled.magnitude < 9_007_199_254_740_992, scaled / powers[scale] == value else { return nil }
        return Int128(scaled)
    }

    /// From the shortest text: the slow path, for values that few columns hold.
    private static func shortest(_ value: Double) -> (coefficient: Int128, scale: UInt8)? {
        var coefficient: Int128 = 0
        var fraction = 0
        var exponent = 0
        var sawPoint = false
        let text = value.magnitude.description.utf8
        for (offset, character) in text.enumerated() {
            switch character {
            case 0x30...0x39:
                coefficient = coefficient * 10 + Int128(character - 0x30)
                if sawPoint { fraction += 1 }
            case 0x2E: sawPoint = true
            default:
                exponent = Int(String(decoding: text.dropFirst(offset + 1), as: UTF8.self)) ?? 0
                return finish(coefficient, fraction - exponent, isNegative: value < 0)
            }
        }
        return finish(coefficient, fraction - exponent, isNegative: value < 0)
    }

    private static func finish(
        _ coefficient: Int128, _ scale: Int, isNegative: Bool
    ) -> (coefficient: Int128, scale: UInt8)? {
        // A double's shortest text has 17 digits at the most, so 20 more stay under 38.
        guard scale >= -20, scale <= 38 else { return nil }
        var value = isNegative ? -coefficient : coefficient
        var scale = scale
        while scale < 0 {
            value *= 10
            scale += 1
        }
        while scale > 0, value % 10 == 0 {
            value /= 10
            scale -= 1
        }
        return (value, UInt8(scale))
    }
}
