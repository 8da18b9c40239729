extension Library {
    /// The `math` functions.
    static let math = Library(
        name: "math",
        functions: [
            Function("math.greatest", [extreme("math_greatest", sign: 1)]),
            Function("math.least", [extreme("math_least", sign: -1)]),
            rounding("ceil", .up), rounding("floor", .down), rounding("trunc", .towardZero),
            rounding("round", .toNearestOrAwayFromZero),
            classification("isNaN") { $0.isNaN },
            classification("isInf") { $0.isInfinite },
            classification("isFinite") { $0.isFinite },
            Function(
                "math.abs",
                numeric(
                    "abs", { $0.magnitude }, { $0 },
                    { value throws(EvaluationError) in
                        guard value != .min else { throw Arithmetic.overflow() }
                        return abs(value)
                    })),
            Function(
                "math.sign",
                numeric(
                    "sign", { $0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }, { $0.signum() },
                    {
                        $0.signum()
                    })),
            Function("math.sqrt", ["int", "uint", "double"].map(squareRoot)),
        ] + bits)

    private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> Function {
        Function(
            "math.\(name)",
            [
                Overload(
                    "math_\(name)_double", [.double], returns: .double,
                    .unary { value throws(EvaluationError) in .double(try value.requireDouble().rounded(rule))
                    })
            ])
    }

    private static func classification(_ name: String, _ body: @escaping @Sendable (Double) -> Bool)
        -> Function
    {
        Function(
            "math.\(name)",
            [
                Overload(
                    "math_\(name)_double", [.double], returns: .bool,
                    .unary { value throws(EvaluationError) in .bool(body(try value.requireDouble())) })
            ])
    }

    private static func numeric(
        _ name: String, _ double: @escaping @Sendable (Double) -> Double,
        _ uint: @escaping @Sendable (UInt64) -> UInt64,
        _ int: @escaping @Sendable (Int64) throws(EvaluationError) -> Int64
    ) -> [Overload] {
        [
            Overload(
                "math_\(name)_double", [.double], returns: .double,
                .unary { value throws(EvaluationError) in .double(double(try value.requireDouble())) }),
            Overload(
                "math_\(name)_int", [.int], returns: .int,
                .unary { value throws(EvaluationError) in .int(try int(try value.requireInt())) }),
            Overload(
                "math_\(name)_uint", [.uint], returns: .uint,
                .unary { value throws(EvaluationError) in .uint(uint(try value.requireUint())) }),
        ]
    }

    private static func squareRoot(_ type: String) -> Overload {
        let parameter: CELType = type == "int" ? .int : type == "uint" ? .uint : .double
        return Overload(
            "math_sqrt_\(type)", [parameter], returns: .double,
            .unary { value throws(EvaluationError) in
                switch value {
                case .int(let number): .double(Double(number).squareRoot())
                case .uint(let number): .double(Double(number).squareRoot())
                default: .double(try value.requireDouble().squareRoot())
                }
            })
    }

    /// `math.greatest` and `math.least`: of numbers of any types, or of the elements of a list.
    private static func extreme(_ id: String, sign: Int) -> Overload {
        Overload(
            id, [.dyn], isVariadic: true, returns: .dyn,
            specialize: { site in extremeType(site) },
            .variadic { arguments throws(EvaluationError) in
                var candidates = arguments
                if arguments.count == 1, case .list(let list) = arguments[0] { candidates = list.values }
                guard var best = candidates.first else {
                    throw EvaluationError(.invalidArgument, "the list has no elements")
                }
                for candidate in candidates {
                    guard let order = Numbers.compare(candidate, best) else {
                        throw EvaluationError.unexpected(candidate, needed: .double)
                    }
                    if let order, order * sign > 0 { best = candidate }
                }
                return best
            })
    }

    /// The common type of the arguments, or a refusal of one that is no number.
    private static func extremeType(_ site: CallSite) -> Specialization {
        var types = site.argumentTypes
        if types.count == 1, case .list(let element) = types[0] { types = [element] }
        for (index, type) in types.enumerated() {
            switch type.unwrapped {
            case .int, .uint, .double, .dyn: continue
            default: return .refused("numbers are compared here, found \(type)", argument: index)
            }
        }
        guard let first = types.first, types.allSatisfy({ $0 == first }) else { return .bound(result: .dyn) }
        return .bound(result: first.unwrapped)
    }
}
