extension Library {
    /// Values that may be absent.
    static let optionals = Library(
        name: "optionals",
        functions: [
            Function(
                "optional.of",
                [Overload("optional_of", [a], returns: .optional(a), .unary { value in .optional(value) })]),
            Function(
                "optional.ofNonZeroValue",
                [
                    Overload(
                        "optional_of_non_zero_value", [a], returns: .optional(a),
                        .unary { value in .optional(value.isZero ? nil : value) })
                ]),
            Function(
                "optional.none",
                [Overload("optional_none", [], returns: .optional(a), .nullary { .optional(nil) })]),
            Function(
                "optional.unwrap",
                [Overload("optional_unwrap", [.list(.optional(a))], returns: .list(a), unwrap)]),
            Function(
                "unwrapOpt",
                [
                    Overload(
                        "optional_unwrap_opt", isReceiver: true, [.list(.optional(a))], returns: .list(a),
                        unwrap)
                ]),
            Function(
                "hasValue",
                [
                    Overload(
                        "optional_has_value", isReceiver: true, [.optional(a)], returns: .bool,
                        .unary { value throws(EvaluationError) in .bool(try content(value) != nil) })
                ]),
            Function(
                "value",
                [Overload("optional_value", isReceiver: true, [.optional(a)], returns: a, .unary(value))]),
            Function(
                "or",
                [
                    Overload(
                        "optional_or", isReceiver: true, [.optional(a), .optional(a)], returns: .optional(a),
                        .binary { first, second throws(EvaluationError) in
                            try content(first) != nil ? first : second
                        })
                ]),
            Function(
                "orValue",
                [
                    Overload(
                        "optional_or_value", isReceiver: true, [.optional(a), a], returns: a,
                        .binary { first, second throws(EvaluationError) in try content(first) ?? second })
                ]),
            Function("first", [end("list_first") { 0 - $0 }]),
            Function("last", [end("list_last") { $0 - 1 }]),
        ])

    private static let a = CELType.parameter("A")

    private static func content(_ value: Value) throws(EvaluationError) -> Value? {
        guard case .optional(let content) = value else {
            throw EvaluationError.unexpected(value, needed: .optional(.dyn))
        }
        return content
    }

    private static let value: @Sendable (Value) throws(EvaluationError) -> Value = {
        value throws(EvaluationError) in
        guard let content = try content(value) else {
            throw EvaluationError(.absentValue, "the optional has no value")
        }
        return content
    }

    private static let unwrap = Implementation.unary { list throws(EvaluationError) in
        var values: [Value] = []
        for element in try list.requireList().values {
            if let content = try content(element) { values.append(content) }
        }
        return Value(values)
    }

    /// The first or last element, absent for an empty list.
    private static func end(_ id: String, _ index: @escaping @Sendable (Int) -> Int) -> Overload {
        Overload(
            id, isReceiver: true, [.list(a)], returns: .optional(a),
            .unary { list throws(EvaluationError) in
                let list = try list.requireList()
                return .optional(list.count == 0 ? nil : list[max(0, index(list.count))])
            })
    }
}
