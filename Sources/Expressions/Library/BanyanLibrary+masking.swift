import CEL
import Crypto
import Model

extension BanyanLibrary {
    /// `hmac` and `mask`; both turn null into null.
    static func masking(_ keys: KeyRing) -> [Function] {
        [
            Function("hmac", [pseudonym(keys)]),
            Function(
                "mask",
                [
                    .preservingNull("mask", .string, .int, returns: .string) {
                        value, kept throws(EvaluationError) in
                        let count = try kept.requireInt()
                        guard count >= 0 else {
                            throw EvaluationError(
                                .invalidArgument, "the number of characters kept is not negative")
                        }
                        return Value(masked(try value.requireText().string, keepLast: Int(clamping: count)))
                    }
                ]),
        ]
    }

    /// `hmac('key', x)`: HMAC-SHA-256 over the canonical bytes of `x`, in hexadecimal digits.
    ///
    /// The key is looked up once, while the expression is compiled.
    private static func pseudonym(_ keys: KeyRing) -> Overload {
        Overload(
            "hmac", [.string, .wrapper(.parameter("A"))], returns: .wrapper(.string), acceptsNull: true,
            specialize: { site in
                guard site.constants.count == 2, case .string(let name)? = site.constants[0] else {
                    return .refused("the name of a key is written as a constant", argument: 0)
                }
                guard let key = keys.key(name.string) else {
                    return .refused(missing(name.string, "key", keys.names), argument: 0)
                }
                return .bound(
                    .unary { value throws(EvaluationError) in try pseudonym(value, key) },
                    result: site.argumentTypes[1].isNullable ? nil : .string, passing: [1])
            },
            .binary { name, value throws(EvaluationError) in
                guard let key = keys.key(try name.requireText().string) else {
                    throw EvaluationError(.unknownName, "no such key")
                }
                return try pseudonym(value, key)
            })
    }

    @Sendable private static func pseudonym(_ value: Value, _ key: SymmetricKey) throws(EvaluationError)
        -> Value
    {
        if case .null = value { return .null }
        var bytes: [UInt8] = []
        guard ValueEncoder.appendCanonical(value, to: &bytes) else {
            throw EvaluationError(.noSuchOverload, "hmac does not take a \(value.type.name)")
        }
        return Value(Hex.encode(HMAC<SHA256>.authenticationCode(for: bytes, using: key)))
    }

    /// The text with `*` for every character but the last `keepLast`; a text no longer than that is masked
    /// whole.
    private static func masked(_ text: String, keepLast: Int) -> String {
        let scalars = text.unicodeScalars
        let kept = scalars.count > keepLast ? keepLast : 0
        return String(repeating: "*", count: scalars.count - kept) + String(scalars.suffix(kept))
    }

    /// Says that a name is missing, and which there are.
    static func missing(_ name: String, _ what: String, _ known: [String]) -> String {
        let list =
            known.isEmpty
            ? "none is declared" : "there are " + known.map { "'\($0)'" }.joined(separator: ", ")
        return "no \(what) is called '\(name)'; \(list)"
    }
}
