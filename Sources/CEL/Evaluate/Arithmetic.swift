/// Arithmetic on values of any type.
enum Arithmetic {
    /// The result of an operator; nil when the language has none for these types.
    static func apply(
        _ operation: BinaryOperator, _ a: Value, _ b: Value, _ meter: inout Meter
    ) throws(EvaluationError) -> Value? {
        switch (a, b) {
        case (.int(let x), .int(let y)): return .int(try integer(operation, x, y))
        case (.uint(let x), .uint(let y)): return .uint(try integer(operation, x, y))
        case (.double(let x), .double(let y)): return double(operation, x, y).map(Value.double)
        default: break
        }
        switch operation {
        case .add: return try sum(a, b, &meter)
        case .subtract: return try difference(a, b)
        default: return nil
        }
    }

    /// Arithmetic on integers; overflow and division by zero are errors.
    @inline(__always)
    static func integer<T: FixedWidthInteger>(_ operation: BinaryOperator, _ a: T, _ b: T)
        throws(EvaluationError) -> T
    {
        let (result, isOverflowing): (T, Bool)
        switch operation {
        case .add: (result, isOverflowing) = a.addingReportingOverflow(b)
        case .subtract: (result, isOverflowing) = a.subtractingReportingOverflow(b)
        case .multiply: (result, isOverflowing) = a.multipliedReportingOverflow(by: b)
        case .divide:
            guard b != 0 else { throw division() }
            (result, isOverflowing) = a.dividedReportingOverflow(by: b)
        default:
            guard b != 0 else { throw division() }
            (result, isOverflowing) = a.remainderReportingOverflow(dividingBy: b)
        }
        if isOverflowing { throw overflow() }
        return result
    }

    /// Arithmetic on doubles; nil for `%`.
    @inline(__always)
    static func double(_ operation: BinaryOperator, _ a: Double, _ b: Double) -> Double? {
        switch operation {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        default: nil
        }
    }

    private static func sum(_ a: Value, _ b: Value, _ meter: inout Meter) throws(EvaluationError) -> Value? {
        switch (a, b) {
        case (.string(let x), .string(let y)):
            try meter.charge(bytes: x.byteCount + y.byteCount)
            return .string(Text(x.string + y.string))
        case (.bytes(let x), .bytes(let y)):
            try meter.charge(bytes: x.count + y.count)
            return .bytes(Bytes(x.array + y.array))
        case (.list(let x), .list(let y)):
            try meter.charge(1 + x.count + y.count)
            return Value(x.values + y.values)
        case (.timestamp(let moment), .duration(let span)), (.duration(let span), .timestamp(let moment)):
            return .timestamp(try TimeArithmetic.sum(moment, span))
        case (.duration(let x), .duration(let y)):
            return .duration(nanoseconds: try integer(.add, x, y))
        default: return nil
        }
    }

    private static func difference(_ a: Value, _ b: Value) throws(EvaluationError) -> Value? {
        switch (a, b) {
        case (.timestamp(let x), .timestamp(let y)):
            return .duration(nanoseconds: try TimeArithmetic.difference(x, y))
        case (.timestamp(let moment), .duration(let span)):
            guard span != .min else { throw overflow() }
            return .timestamp(try TimeArithmetic.sum(moment, -span))
        case (.duration(let x), .duration(let y)):
            return .duration(nanoseconds: try integer(.subtract, x, y))
        default: return nil
        }
    }

    /// The error of a division by zero.
    @inline(never)
    static func division() -> EvaluationError { EvaluationError(.divisionByZero, "division by zero") }

    /// The error of a result out of range.
    @inline(never)
    static func overflow() -> EvaluationError { EvaluationError(.overflow, "the result is out of range") }
}
