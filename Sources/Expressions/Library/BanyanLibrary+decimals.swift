import CEL
import Model

extension BanyanLibrary {
    /// `decimal`, `round`, `div`, `abs`, `negate`, and conversions from decimals.
    static let decimals: [Function] = [
        Function(
            "decimal",
            [
                .preservingNull("decimal_string", .string, returns: .decimal) {
                    value throws(EvaluationError) in
                    .opaque(try parsedDecimal(value))
                },
                .preservingNull("decimal_int", .int, returns: .decimal) { value throws(EvaluationError) in
                    .opaque(Decimal128(try value.requireInt()))
                },
                .preservingNull("decimal_double", .double, returns: .decimal) {
                    value throws(EvaluationError) in
                    .opaque(try shortestDecimal(value))
                },
                .preservingNull("decimal_decimal", .decimal, returns: .decimal) {
                    value throws(EvaluationError) in value
                },
            ] + scaled("string", .string, parsedDecimal)
                + scaled("int", .int) { v throws(EvaluationError) in
                    try v.requireDecimal()
                } + scaled("double", .double, shortestDecimal)
                + scaled("decimal", .decimal) { v throws(EvaluationError) in try v.requireDecimal() }),
        Function("round", [rounding]),
        Function(
            "div",
            [("decimal", CELType.decimal), ("int", .int)].flatMap { left in
                [("decimal", CELType.decimal), ("int", .int)].map { right in division(left, right) }
            }),
        Function(
            "abs",
            [
                Overload(
                    "abs_decimal", [.decimal], returns: .decimal,
                    .unary { value throws(EvaluationError) in
                        let decimal = try value.requireDecimal()
                        return .opaque(try calculated { () throws(ModelError) in try decimal.absolute() })
                    })
            ]),
        Function("negate", [negation("negate_decimal")]),
        Function(.negate, [negation("operator_negate_decimal")]),
        Function(
            "int",
            [
                Overload(
                    "int_decimal", [.decimal], returns: .int,
                    .unary { value throws(EvaluationError) in
                        let decimal = try value.requireDecimal()
                        let whole = try calculated { () throws(ModelError) in try decimal.rescaled(to: 0) }
                        guard let result = Int64(exactly: whole.coefficient) else {
                            throw EvaluationError(.overflow, "the decimal does not fit an int")
                        }
                        return .int(result)
                    })
            ]),
        Function(
            "double",
            [
                Overload(
                    "double_decimal", [.decimal], returns: .double,
                    .unary { value throws(EvaluationError) in
                        .double(try value.requireDecimal().nearestDouble)
                    })
            ]),
    ]

    private static let parsedDecimal: @Sendable (Value) throws(EvaluationError) -> Decimal128 = {
        value throws(EvaluationError) in
        unsafe try value.requireText().parsed { bytes throws(ModelError) in
            // The bytes are read within the call only.
            unsafe try Decimal128(parsing: bytes)
        }
    }

    private static let shortestDecimal: @Sendable (Value) throws(EvaluationError) -> Decimal128 = {
        value throws(EvaluationError) in
        let double = try value.requireDouble()
        return try calculated { () throws(ModelError) in try Decimal128(shortest: double) }
    }

    private static func negation(_ id: String) -> Overload {
        Overload(
            id, [.decimal], returns: .decimal,
            .unary { value throws(EvaluationError) in
                let decimal = try value.requireDecimal()
                return .opaque(try calculated { () throws(ModelError) in try decimal.negated() })
            })
    }

    /// `decimal(x, scale)`, which refuses to drop digits, and `decimal(x, scale, 'rounding')`.
    private static func scaled(
        _ name: String, _ type: CELType,
        _ read: @escaping @Sendable (Value) throws(EvaluationError) -> Decimal128
    ) -> [Overload] {
        let exact: @Sendable (Value, Int) throws(EvaluationError) -> Value = {
            value, scale throws(EvaluationError) in
            if case .null = value { return .null }
            let decimal = try read(value)
            return .opaque(try calculated { () throws(ModelError) in try decimal.rescaled(to: scale) })
        }
        let rounded: @Sendable (Value, Int, Decimal128.Rounding) throws(EvaluationError) -> Value = {
            value, scale, rounding throws(EvaluationError) in
            if case .null = value { return .null }
            let decimal = try read(value)
            return .opaque(
                try calculated { () throws(ModelError) in try decimal.rounded(toScale: scale, rounding) })
        }
        return [
            Overload(
                "decimal_\(name)_scale", [.wrapper(type), .int], returns: .wrapper(.decimal),
                specialize: { site in
                    switch RoundingArguments.scale(site, 1) {
                    case .refused(let reason): return .refused(reason, argument: 1)
                    case .unknown: return .bound(result: Overload.plainUnlessNullable(.decimal, site))
                    case .constant(let scale):
                        return .bound(
                            .unary { value throws(EvaluationError) in try exact(value, scale) },
                            result: Overload.plainUnlessNullable(.decimal, site), passing: [0])
                    }
                },
                .binary { value, scale throws(EvaluationError) in
                    try exact(value, try RoundingArguments.scale(scale))
                }),
            Overload(
                "decimal_\(name)_scale_rounding", [.wrapper(type), .int, .string],
                returns: .wrapper(.decimal),
                specialize: { site in
                    RoundingArguments.bind(
                        site, from: 1, result: Overload.plainUnlessNullable(.decimal, site)
                    ) {
                        scale, rounding in
                        (.unary { value throws(EvaluationError) in try rounded(value, scale, rounding) }, [0])
                    }
                },
                .ternary { value, scale, rounding throws(EvaluationError) in
                    try rounded(
                        value, try RoundingArguments.scale(scale), try RoundingArguments.rounding(rounding))
                }),
        ]
    }

    private static let rounding = Overload(
        "round_decimal", [.decimal, .int, .string], returns: .decimal,
        specialize: { site in
            RoundingArguments.bind(site, from: 1, result: nil) { scale, rounding in
                (.unary { value throws(EvaluationError) in try round(value, scale, rounding) }, [0])
            }
        },
        .ternary { value, scale, rounding throws(EvaluationError) in
            try round(value, try RoundingArguments.scale(scale), try RoundingArguments.rounding(rounding))
        })

    @Sendable private static func round(
        _ value: Value, _ scale: Int, _ rounding: Decimal128.Rounding
    ) throws(EvaluationError) -> Value {
        let decimal = try value.requireDecimal()
        return .opaque(
            try calculated { () throws(ModelError) in try decimal.rounded(toScale: scale, rounding) })
    }

    private static func division(_ left: (String, CELType), _ right: (String, CELType)) -> Overload {
        Overload(
            "div_\(left.0)_\(right.0)", [left.1, right.1, .int, .string], returns: .decimal,
            specialize: { site in
                RoundingArguments.bind(site, from: 2, result: nil) { scale, rounding in
                    (.binary { a, b throws(EvaluationError) in try divide(a, b, scale, rounding) }, [0, 1])
                }
            },
            .variadic { arguments throws(EvaluationError) in
                guard arguments.count == 4 else {
                    throw EvaluationError(.noSuchOverload, "div takes four arguments")
                }
                return try divide(
                    arguments[0], arguments[1], try RoundingArguments.scale(arguments[2]),
                    try RoundingArguments.rounding(arguments[3]))
            })
    }

    @Sendable private static func divide(
        _ left: Value, _ right: Value, _ scale: Int, _ rounding: Decimal128.Rounding
    ) throws(EvaluationError) -> Value {
        let (a, b) = (try left.requireDecimal(), try right.requireDecimal())
        return .opaque(
            try calculated { () throws(ModelError) in try a.divided(by: b, scale: scale, rounding: rounding) }
        )
    }
}
