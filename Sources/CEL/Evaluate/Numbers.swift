/// Comparison of numbers of different types on one number line.
enum Numbers {
    /// Negative, zero or positive; `.some(nil)` for NaN, nil when either is no number.
    static func compare(_ a: Value, _ b: Value) -> Int?? {
        switch (a, b) {
        case (.int(let x), .int(let y)): .some(order(x, y))
        case (.uint(let x), .uint(let y)): .some(order(x, y))
        case (.double(let x), .double(let y)): .some(x.isNaN || y.isNaN ? nil : order(x, y))
        case (.int(let x), .uint(let y)): .some(x < 0 ? -1 : order(UInt64(x), y))
        case (.uint(let x), .int(let y)): .some(y < 0 ? 1 : order(x, UInt64(y)))
        case (.int(let x), .double(let y)): .some(compare(x, y))
        case (.double(let x), .int(let y)): .some(compare(y, x).map { -$0 })
        case (.uint(let x), .double(let y)): .some(compare(x, y))
        case (.double(let x), .uint(let y)): .some(compare(y, x).map { -$0 })
        default: nil
        }
    }

    static func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }

    /// Comparison of an integer with a double, as doubles within the integer's range; nil for NaN.
    private static func compare<T: FixedWidthInteger>(_ a: T, _ b: Double) -> Int? {
        if b.isNaN { return nil }
        if b < Double(T.min) { return 1 }
        if b > Double(T.max) { return -1 }
        return order(Double(a), b)
    }
}
