extension Library {
    /// `size`, `contains`, `startsWith`, `endsWith` and `matches`.
    static let text = Library(
        name: "text",
        functions: [
            Function("size", sizes(isReceiver: false) + sizes(isReceiver: true)),
            Function(
                "contains", [predicate("contains_string") { $0.contains($1) }]),
            Function("startsWith", [predicate("starts_with_string") { $0.hasPrefix($1) }]),
            Function("endsWith", [predicate("ends_with_string") { $0.hasSuffix($1) }]),
            Function("matches", [matches(isReceiver: false), matches(isReceiver: true)]),
        ])

    private static func sizes(isReceiver: Bool) -> [Overload] {
        let form = isReceiver ? "receiver_" : ""
        return [
            ("string", CELType.string), ("bytes", .bytes), ("list", .list(.parameter("A"))),
            ("map", .map(.parameter("A"), .parameter("B"))),
        ].map { name, type in
            Overload("\(form)size_\(name)", isReceiver: isReceiver, [type], returns: .int, .unary(size))
        }
    }

    private static let size: @Sendable (Value) throws(EvaluationError) -> Value = {
        value throws(EvaluationError) in
        switch value {
        case .string(let text): .int(Int64(text.count))
        case .bytes(let bytes): .int(Int64(bytes.count))
        case .list(let list): .int(Int64(list.count))
        case .map(let map): .int(Int64(map.count))
        default: throw EvaluationError.unexpected(value, needed: .list(.dyn))
        }
    }

    private static func predicate(_ id: String, _ body: @escaping @Sendable (Text, Text) -> Bool) -> Overload
    {
        Overload(
            id, isReceiver: true, [.string, .string], returns: .bool,
            .binary { a, b throws(EvaluationError) in .bool(body(try a.requireText(), try b.requireText())) })
    }

    private static func matches(isReceiver: Bool) -> Overload {
        Overload(
            isReceiver ? "receiver_matches" : "matches", isReceiver: isReceiver, [.string, .string],
            returns: .bool,
            specialize: bindPattern,
            .metered { arguments, meter throws(EvaluationError) in
                let pattern = try arguments[1].requireText()
                // Compiling costs far more than searching.
                try meter.charge(64 + 16 * pattern.byteCount)
                try meter.charge(reading: arguments[0])
                return .bool(try Pattern(pattern).matches(try arguments[0].requireText()))
            })
    }

    /// Compiles a constant pattern once.
    private static let bindPattern: @Sendable (CallSite) -> Specialization = { site in
        guard site.constants.count == 2, case .string(let text)? = site.constants[1] else { return .declared }
        do throws(EvaluationError) {
            let pattern = try Pattern(text)
            return .bound(
                .unary { value throws(EvaluationError) in .bool(pattern.matches(try value.requireText())) },
                passing: [0])
        } catch {
            return .refused(error.message, argument: 1)
        }
    }
}
