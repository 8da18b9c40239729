extension Library {
    /// `int(x)`, `string(x)` and the other conversions between the language's types.
    static let conversions = Library(
        name: "conversions",
        functions: [
            Function(
                "bool",
                [
                    identity(.bool),
                    one("string_to_bool", .string, .bool) { value throws(EvaluationError) in
                        .bool(try Conversion.bool(value))
                    },
                ]),
            Function("int", integers),
            Function("uint", unsigned),
            Function("double", doubles),
            Function("string", texts),
            Function(
                "bytes",
                [
                    identity(.bytes),
                    one("string_to_bytes", .string, .bytes) { value throws(EvaluationError) in
                        .bytes(Bytes(Array(try value.requireText().string.utf8)))
                    },
                ]),
            Function(
                "timestamp",
                [
                    identity(.timestamp),
                    one("string_to_timestamp", .string, .timestamp) { value throws(EvaluationError) in
                        .timestamp(try TimestampText.parse(value))
                    },
                    one("int_to_timestamp", .int, .timestamp) { value throws(EvaluationError) in
                        guard let moment = Timestamp(seconds: try value.requireInt()) else {
                            throw Conversion.range(.timestamp)
                        }
                        return .timestamp(moment)
                    },
                ]),
            Function(
                "duration",
                [
                    identity(.duration),
                    one("string_to_duration", .string, .duration) { value throws(EvaluationError) in
                        .duration(nanoseconds: try DurationText.parse(value))
                    },
                ]),
        ])

    private static let integers: [Overload] = [
        identity(.int),
        one("uint_to_int", .uint, .int) { value throws(EvaluationError) in
            guard let result = Int64(exactly: try value.requireUint()) else { throw Conversion.range(.int) }
            return .int(result)
        },
        one("double_to_int", .double, .int) { value throws(EvaluationError) in
            let number = try value.requireDouble()
            // Both ends are excluded: doubles there stand for integers beyond the range as well.
            guard number > -0x1p63, number < 0x1p63 else { throw Conversion.range(.int) }
            return .int(Int64(number))
        },
        one("string_to_int", .string, .int) { value throws(EvaluationError) in
            guard let result = Int64(try value.requireText().string) else { throw Conversion.invalid(.int) }
            return .int(result)
        },
        one("timestamp_to_int", .timestamp, .int) { value throws(EvaluationError) in
            .int(try value.requireTimestamp().seconds)
        },
        one("duration_to_int", .duration, .int) { value throws(EvaluationError) in
            .int(try value.requireDuration() / 1_000_000_000)
        },
    ]

    private static let unsigned: [Overload] = [
        identity(.uint),
        one("int_to_uint", .int, .uint) { value throws(EvaluationError) in
            guard let result = UInt64(exactly: try value.requireInt()) else { throw Conversion.range(.uint) }
            return .uint(result)
        },
        one("double_to_uint", .double, .uint) { value throws(EvaluationError) in
            let number = try value.requireDouble()
            guard number >= 0, number < 0x1p64 else { throw Conversion.range(.uint) }
            return .uint(UInt64(number))
        },
        one("string_to_uint", .string, .uint) { value throws(EvaluationError) in
            guard let result = UInt64(try value.requireText().string) else { throw Conversion.invalid(.uint) }
            return .uint(result)
        },
    ]

    private static let doubles: [Overload] = [
        identity(.double),
        one("int_to_double", .int, .double) { value throws(EvaluationError) in
            .double(Double(try value.requireInt()))
        },
        one("uint_to_double", .uint, .double) { value throws(EvaluationError) in
            .double(Double(try value.requireUint()))
        },
        one("string_to_double", .string, .double) { value throws(EvaluationError) in
            .double(try Conversion.double(value))
        },
    ]

    private static let texts: [Overload] = [
        identity(.string),
        one("bool_to_string", .bool, .string) { value throws(EvaluationError) in
            Value(String(try value.requireBool()))
        },
        one("int_to_string", .int, .string) { value throws(EvaluationError) in
            Value(String(try value.requireInt()))
        },
        one("uint_to_string", .uint, .string) { value throws(EvaluationError) in
            Value(String(try value.requireUint()))
        },
        one("double_to_string", .double, .string) { value throws(EvaluationError) in
            Value(Conversion.text(try value.requireDouble()))
        },
        one("bytes_to_string", .bytes, .string) { value throws(EvaluationError) in
            Value(try Conversion.text(try value.requireBytes()))
        },
        one("timestamp_to_string", .timestamp, .string) { value throws(EvaluationError) in
            Value(TimestampText.text(try value.requireTimestamp()))
        },
        one("duration_to_string", .duration, .string) { value throws(EvaluationError) in
            Value(DurationText.text(try value.requireDuration()))
        },
    ]

    private static func identity(_ type: CELType) -> Overload {
        one("\(type)_to_\(type)", type, type) { value throws(EvaluationError) in value }
    }

    private static func one(
        _ id: String, _ from: CELType, _ to: CELType,
        _ body: @escaping @Sendable (Value) throws(EvaluationError) -> Value
    ) -> Overload {
        Overload(id, [from], returns: to, .unary(body))
    }
}
