/// A whole number of any size, the slow and plain way: what decimals are compared with.
struct BigNumber: Comparable {
    /// Digits to the base 2^32, least significant first, without leading zeros.
    private(set) var digits: [UInt32]
    private(set) var isNegative: Bool

    init(_ value: Int128) {
        var rest = value.magnitude
        digits = []
        while rest > 0 {
            digits.append(UInt32(truncatingIfNeeded: rest))
            rest >>= 32
        }
        isNegative = value < 0
    }

    private init(digits: [UInt32], isNegative: Bool) {
        var digits = digits
        while digits.last == 0 { digits.removeLast() }
        self.digits = digits
        self.isNegative = isNegative && !digits.isEmpty
    }

    /// Ten to the power of 0…76.
    static let powers: [BigNumber] = (0..<76).reduce(into: [BigNumber(1)]) { powers, index in
        powers.append(powers[index] * BigNumber(10))
    }

    var magnitude: BigNumber { BigNumber(digits: digits, isNegative: false) }

    static prefix func - (value: BigNumber) -> BigNumber {
        BigNumber(digits: value.digits, isNegative: !value.isNegative)
    }

    static func * (left: BigNumber, right: BigNumber) -> BigNumber {
        var product = [UInt32](repeating: 0, count: left.digits.count + right.digits.count)
        for (i, a) in left.digits.enumerated() {
            var carry: UInt64 = 0
            for (j, b) in right.digits.enumerated() {
                let sum = UInt64(a) * UInt64(b) + UInt64(product[i + j]) + carry
                product[i + j] = UInt32(truncatingIfNeeded: sum)
                carry = sum >> 32
            }
            product[i + right.digits.count] = UInt32(carry)
        }
        return BigNumber(digits: product, isNegative: left.isNegative != right.isNegative)
    }

    static func + (left: BigNumber, right: BigNumber) -> BigNumber {
        if left.isNegative != right.isNegative {
            let isLarger = compare(left.digits, right.digits) >= 0
            let (larger, smaller) = isLarger ? (left, right) : (right, left)
            return BigNumber(digits: subtract(larger.digits, smaller.digits), isNegative: larger.isNegative)
        }
        var sum: [UInt32] = []
        var carry: UInt64 = 0
        for index in 0...max(left.digits.count, right.digits.count) {
            let a = index < left.digits.count ? UInt64(left.digits[index]) : 0
            let b = index < right.digits.count ? UInt64(right.digits[index]) : 0
            sum.append(UInt32(truncatingIfNeeded: a + b + carry))
            carry = (a + b + carry) >> 32
        }
        return BigNumber(digits: sum, isNegative: left.isNegative)
    }

    static func - (left: BigNumber, right: BigNumber) -> BigNumber { left + -right }

    static func < (left: BigNumber, right: BigNumber) -> Bool { (left - right).isNegative }

    var isOdd: Bool { (digits.first ?? 0) & 1 == 1 }

    private static func compare(_ left: [UInt32], _ right: [UInt32]) -> Int {
        if left.count != right.count { return left.count - right.count }
        for (a, b) in zip(left.reversed(), right.reversed()) where a != b { return a < b ? -1 : 1 }
        return 0
    }

    private static func subtract(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var difference: [UInt32] = []
        var borrow: Int64 = 0
        for (index, digit) in left.enumerated() {
            let value = Int64(digit) - (index < right.count ? Int64(right[index]) : 0) - borrow
            borrow = value < 0 ? 1 : 0
            difference.append(UInt32(truncatingIfNeeded: value))
        }
        return difference
    }
}
