extension Library {
    /// Operations on the bits of integers.
    static let bits: [Function] = [
        Function("math.bitAnd", pair("and", { $0 & $1 }, { $0 & $1 })),
        Function("math.bitOr", pair("or", { $0 | $1 }, { $0 | $1 })),
        Function("math.bitXor", pair("xor", { $0 ^ $1 }, { $0 ^ $1 })),
        Function(
            "math.bitNot",
            [
                Overload(
                    "math_bit_not_int", [.int], returns: .int,
                    .unary { value throws(EvaluationError) in .int(~(try value.requireInt())) }),
                Overload(
                    "math_bit_not_uint", [.uint], returns: .uint,
                    .unary { value throws(EvaluationError) in .uint(~(try value.requireUint())) }),
            ]),
        Function("math.bitShiftLeft", shift("left") { $1 < 64 ? $0 << UInt64($1) : 0 }),
        Function("math.bitShiftRight", shift("right") { $1 < 64 ? $0 >> UInt64($1) : 0 }),
    ]

    private static func pair(
        _ name: String, _ int: @escaping @Sendable (Int64, Int64) -> Int64,
        _ uint: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) -> [Overload] {
        [
            Overload(
                "math_bit_\(name)_int", [.int, .int], returns: .int,
                .binary { a, b throws(EvaluationError) in
                    .int(int(try a.requireInt(), try b.requireInt()))
                }),
            Overload(
                "math_bit_\(name)_uint", [.uint, .uint], returns: .uint,
                .binary { a, b throws(EvaluationError) in
                    .uint(uint(try a.requireUint(), try b.requireUint()))
                }),
        ]
    }

    /// Shifts work on the bit pattern, so a negative int shifted right becomes positive.
    private static func shift(
        _ name: String, _ body: @escaping @Sendable (UInt64, Int64) -> UInt64
    ) -> [Overload] {
        let distance: @Sendable (Value) throws(EvaluationError) -> Int64 = { value throws(EvaluationError) in
            let distance = try value.requireInt()
            guard distance >= 0 else {
                throw EvaluationError(.invalidArgument, "a shift may not be negative")
            }
            return distance
        }
        return [
            Overload(
                "math_bit_shift_\(name)_int", [.int, .int], returns: .int,
                .binary { a, b throws(EvaluationError) in
                    .int(Int64(bitPattern: body(UInt64(bitPattern: try a.requireInt()), try distance(b))))
                }),
            Overload(
                "math_bit_shift_\(name)_uint", [.uint, .int], returns: .uint,
                .binary { a, b throws(EvaluationError) in
                    .uint(body(try a.requireUint(), try distance(b)))
                }),
        ]
    }
}
