extension Decimal128 {
    /// What becomes of digits that are dropped; the raw value is the name that expressions use.
    public enum Rounding: String, Sendable, CaseIterable {
        /// To the nearest; from the middle to the even digit.
        case halfEven = "half_even"
        /// To the nearest; from the middle away from zero.
        case halfUp = "half_up"
        /// Towards zero.
        case down
        /// Away from zero.
        case up
        /// Towards negative infinity.
        case floor
        /// Towards positive infinity.
        case ceiling

        /// Whether the magnitude grows by one unit of its last digit.
        func movesAway(_ remainder: RemainderSize, isNegative: Bool, isOdd: Bool) -> Bool {
            if remainder == .none { return false }
            return switch self {
            case .halfEven: remainder == .aboveHalf || (remainder == .half && isOdd)
            case .halfUp: remainder != .belowHalf
            case .down: false
            case .up: true
            case .floor: isNegative
            case .ceiling: !isNegative
            }
        }
    }

    /// How much of a unit of the last digit was dropped.
    enum RemainderSize {
        case none, belowHalf, half, aboveHalf

        init(_ remainder: UInt128, of divisor: UInt128) {
            let rest = divisor - remainder
            self =
                remainder == 0
                ? .none : remainder < rest ? .belowHalf : remainder == rest ? .half : .aboveHalf
        }
    }
}
