extension Library {
    /// The extended string functions; indexes count code points.
    static let strings = Library(
        name: "strings",
        functions: [
            Function("charAt", [method("char_at", [.string, .int], .string, StringFunctions.character)]),
            Function("indexOf", search("index_of", StringFunctions.firstIndex)),
            Function("lastIndexOf", search("last_index_of", StringFunctions.lastIndex)),
            Function(
                "substring",
                [
                    method("substring", [.string, .int], .string, StringFunctions.substring),
                    method("substring_range", [.string, .int, .int], .string, StringFunctions.substring),
                ]),
            Function(
                "replace",
                [
                    method("replace", [.string, .string, .string], .string, StringFunctions.replace),
                    method("replace_n", [.string, .string, .string, .int], .string, StringFunctions.replace),
                ]),
            Function(
                "split",
                [
                    method("split", [.string, .string], .list(.string), StringFunctions.split),
                    method("split_n", [.string, .string, .int], .list(.string), StringFunctions.split),
                ]),
            Function(
                "join",
                [
                    method("join", [.list(.string)], .string, StringFunctions.join),
                    method("join_separator", [.list(.string), .string], .string, StringFunctions.join),
                ]),
            Function("lowerAscii", [method("lower_ascii", [.string], .string, StringFunctions.lower)]),
            Function("upperAscii", [method("upper_ascii", [.string], .string, StringFunctions.upper)]),
            Function("trim", [method("trim", [.string], .string, StringFunctions.trim)]),
            Function("reverse", [method("reverse", [.string], .string, StringFunctions.reverse)]),
            Function(
                "strings.quote",
                [Overload("strings_quote", [.string], returns: .string, .metered(StringFunctions.quote))]),
            Function("format", [method("format", [.string, .list(.dyn)], .string, Formatter.format)]),
        ])

    private typealias Body = @Sendable ([Value], inout Meter) throws(EvaluationError) -> Value

    private static func method(
        _ id: String, _ parameters: [CELType], _ result: CELType, _ body: @escaping Body
    ) -> Overload {
        Overload("string_\(id)", isReceiver: true, parameters, returns: result, .metered(body))
    }

    private static func search(_ id: String, _ body: @escaping Body) -> [Overload] {
        [
            method(id, [.string, .string], .int, body),
            method("\(id)_offset", [.string, .string, .int], .int, body),
        ]
    }
}
