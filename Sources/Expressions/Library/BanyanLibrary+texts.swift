import CEL

extension BanyanLibrary {
    /// `trim`, `upper`, `lower` and `blank_to_null`; each turns null into null.
    static let texts: [Function] = [
        Function(
            "trim",
            [
                .preservingNull("banyan_trim", .string, returns: .string) { value throws(EvaluationError) in
                    .string(TextTrimming.trimmed(try value.requireText()))
                }
            ]),
        Function(
            "upper",
            [
                .preservingNull("banyan_upper", .string, returns: .string) { value throws(EvaluationError) in
                    Value(try value.requireText().string.uppercased())
                }
            ]),
        Function(
            "lower",
            [
                .preservingNull("banyan_lower", .string, returns: .string) { value throws(EvaluationError) in
                    Value(try value.requireText().string.lowercased())
                }
            ]),
        Function(
            "blank_to_null",
            [
                Overload(
                    "blank_to_null", [.wrapper(.string)], returns: .wrapper(.string),
                    .unary { value throws(EvaluationError) in
                        if case .null = value { return .null }
                        return TextTrimming.isBlank(try value.requireText()) ? .null : value
                    })
            ]),
    ]

    /// `coalesce` and `nullif`, which look at null.
    static let choices: [Function] = [
        Function(
            "coalesce",
            [
                Overload(
                    "coalesce_2", [.wrapper(a), .wrapper(a)], returns: .wrapper(a), acceptsNull: true,
                    specialize: chosenType,
                    .binary { first, second throws(EvaluationError) in
                        if case .null = first { return second }
                        return first
                    }),
                Overload(
                    "coalesce", [.wrapper(a), .wrapper(a), .wrapper(a)], isVariadic: true,
                    returns: .wrapper(a),
                    acceptsNull: true, specialize: chosenType,
                    .variadic { values throws(EvaluationError) in
                        for value in values {
                            if case .null = value { continue }
                            return value
                        }
                        return .null
                    }),
            ]),
        Function(
            "nullif",
            [CELType.string, .int, .double, .bool, .decimal, .date].map { type in
                Overload(
                    "nullif_\(type)", [.wrapper(type), .wrapper(type)], returns: .wrapper(type),
                    .binary { value, other throws(EvaluationError) in isSame(value, other) ? .null : value })
            }),
    ]

    private static let a = CELType.parameter("A")

    /// The common type, which cannot be null as soon as one argument cannot.
    private static let chosenType: @Sendable (CallSite) -> Specialization = { site in
        let plain = site.argumentTypes.first { !$0.isNullable }
        return .bound(result: plain)
    }

    @Sendable private static func isSame(_ value: Value, _ other: Value) -> Bool {
        switch (value, other) {
        case (.string(let a), .string(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.double(let a), .double(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.opaque(let a), _): a.isEqual(to: other)
        default: false
        }
    }
}
