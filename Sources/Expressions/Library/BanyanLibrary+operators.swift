import CEL
import Model

extension BanyanLibrary {
    /// `+`, `-` and `*` of decimals with decimals and ints; `/` and doubles are refused with the way out.
    static let decimalOperators: [Function] =
        [
            arithmetic(.add) { a, b throws(ModelError) in try a.adding(b) },
            arithmetic(.subtract) { a, b throws(ModelError) in try a.subtracting(b) },
            arithmetic(.multiply) { a, b throws(ModelError) in try a.multiplied(by: b) },
            Function(
                .divide,
                decimalPairs.map { left, right in
                    .refused(
                        "divide_\(left)_\(right)", [left, right],
                        "the quotient of decimals needs a named rounding: div(a, b, scale, 'half_even')",
                        argument: 0)
                } + refusedDoubles(.divide)),
        ]
        + [BinaryOperator.equal, .notEqual].map { operation in
            Function(
                operation,
                [(CELType.decimal, CELType.int), (.int, .decimal)].map { left, right in
                    .builtIn("\(operation)_\(left)_\(right)", [left, right])
                } + refusedDoubles(operation))
        } + [Function(.membership, [.builtIn("in_decimal_ints", [.decimal, .list(.int)])])]

    /// The order of the library's types.
    static let comparisons: [Function] = [
        BinaryOperator.less, .lessOrEqual, .greater, .greaterOrEqual,
    ].map { operation in
        let same: [CELType] = [.date, .time, .localTimestamp, .uuid]
        let pairs = decimalPairs + same.map { ($0, $0) }
        return Function(
            operation,
            pairs.map { left, right in .builtIn("\(operation)_\(left)_\(right)", [left, right]) }
                + refusedDoubles(operation))
    }

    private static let decimalPairs: [(CELType, CELType)] = [
        (.decimal, .decimal), (.decimal, .int), (.int, .decimal),
    ]

    private static func arithmetic(
        _ operation: BinaryOperator,
        _ body: @escaping @Sendable (Decimal128, Decimal128) throws(ModelError) -> Decimal128
    ) -> Function {
        let implementation: @Sendable (Value, Value) throws(EvaluationError) -> Value = {
            left, right throws(EvaluationError) in
            let (a, b) = (try left.requireDecimal(), try right.requireDecimal())
            return .opaque(try calculated { () throws(ModelError) in try body(a, b) })
        }
        return Function(
            operation,
            decimalPairs.map { left, right in
                Overload(
                    "\(operation)_\(left)_\(right)", [left, right], returns: .decimal, .binary(implementation)
                )
            } + refusedDoubles(operation))
    }

    private static func refusedDoubles(_ operation: BinaryOperator) -> [Overload] {
        [(CELType.decimal, CELType.double, 1), (.double, .decimal, 0)].map { left, right, double in
            .refused(
                "\(operation)_\(left)_\(right)", [left, right],
                "a decimal does not mix with a double: write the number as decimal('…'), or convert with decimal(x)",
                argument: double)
        }
    }
}
