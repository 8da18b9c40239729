extension Library {
    /// Base64.
    static let encoders = Library(
        name: "encoders",
        functions: [
            Function(
                "base64.encode",
                [
                    Overload(
                        "base64_encode_bytes", [.bytes], returns: .string,
                        .unary { value throws(EvaluationError) in
                            Value(Base64.encode(try value.requireBytes().array))
                        })
                ]),
            Function(
                "base64.decode",
                [
                    Overload(
                        "base64_decode_string", [.string], returns: .bytes,
                        .unary { value throws(EvaluationError) in
                            guard let bytes = Base64.decode(try value.requireText().string) else {
                                throw EvaluationError(.invalidConversion, "the string is no base64")
                            }
                            return .bytes(Bytes(bytes))
                        })
                ]),
        ])
}
