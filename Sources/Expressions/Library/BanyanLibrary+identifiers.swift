import CEL
import Model

extension BanyanLibrary {
    /// `uuid` and `uuid_of`, and texts of the library's types.
    static let identifiers: [Function] = [
        Function(
            "uuid",
            [
                .preservingNull("uuid_string", .string, returns: .uuid) { value throws(EvaluationError) in
                    .opaque(
                        unsafe try value.requireText().parsed { bytes throws(ModelError) in
                            // The bytes are read within the call only.
                            unsafe try UUIDValue(parsing: bytes)
                        })
                },
                .preservingNull("uuid_uuid", .uuid, returns: .uuid) { value throws(EvaluationError) in value
                },
            ]),
        Function(
            "uuid_of",
            [
                Overload("uuid_of", [.string, .dyn], isVariadic: true, returns: .uuid, .variadic(named))
            ]),
        Function(
            "string",
            [CELType.decimal, .date, .time, .localTimestamp, .interval, .uuid].map { type in
                Overload(
                    "string_\(type)", [type], returns: .string,
                    .unary { value throws(EvaluationError) in
                        guard case .opaque(let opaque) = value else {
                            throw EvaluationError.needed("\(type)", value)
                        }
                        return Value(opaque.text)
                    })
            }),
    ]

    /// The deterministic identifier of a name's parts; a null part is refused, since it would name many
    /// things at once.
    private static let named: @Sendable ([Value]) throws(EvaluationError) -> Value = {
        arguments throws(EvaluationError) in
        var name: [UInt8] = []
        for part in arguments.dropFirst() {
            if case .null = part { throw EvaluationError(.noSuchOverload, "a part of the identity is null") }
            guard ValueEncoder.appendCanonical(part, to: &name) else {
                throw EvaluationError(.noSuchOverload, "a \(part.type.name) cannot be part of an identity")
            }
        }
        guard let namespace = arguments.first else {
            throw EvaluationError(.noSuchOverload, "uuid_of takes a namespace and the parts of a name")
        }
        return .opaque(UUIDValue(namespace: try namespace.requireText().string, name: name))
    }
}
