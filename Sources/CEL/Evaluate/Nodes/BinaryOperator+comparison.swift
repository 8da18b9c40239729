extension BinaryOperator {
    /// Whether the comparison holds for two values of one type.
    @inline(__always)
    func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
        switch self {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .notEqual: a != b
        default: a == b
        }
    }

    /// Whether the comparison holds for values in this order.
    func holds(_ order: Int) -> Bool { holds(order, 0) }
}
