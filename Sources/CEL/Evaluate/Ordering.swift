/// The order of values: `<` and its like.
enum Ordering {
    /// Negative, zero or positive; nil when one is NaN; an error where the types have no common order.
    static func compare(_ a: Value, _ b: Value, _ operation: BinaryOperator) throws(EvaluationError) -> Int? {
        switch (a, b) {
        case (.string(let x), .string(let y)): return x.compare(y)
        case (.bytes(let x), .bytes(let y)): return x.compare(y)
        case (.bool(let x), .bool(let y)): return Numbers.order(x ? 1 : 0, y ? 1 : 0)
        case (.timestamp(let x), .timestamp(let y)): return Numbers.order(x, y)
        case (.duration(let x), .duration(let y)): return Numbers.order(x, y)
        case (.opaque(let x), _):
            if let order = x.compare(to: b) { return order }
        case (_, .opaque(let y)):
            if let order = y.compare(to: a) { return -order.signum() }
        default:
            if let order = Numbers.compare(a, b) { return order }
        }
        throw EvaluationError.noOverload(operation, a, b)
    }
}

extension EvaluationError {
    /// The error for operands no operator takes.
    @inline(never)
    static func noOverload(_ operation: BinaryOperator, _ a: Value, _ b: Value) -> EvaluationError {
        EvaluationError(
            .noSuchOverload, "operator \(operation.rawValue) does not take (\(a.type.name), \(b.type.name))")
    }
}
