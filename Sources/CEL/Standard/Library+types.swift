extension Library {
    /// Names of types, which are values in expressions, and `type()` and `dyn()`.
    static let types = Library(
        name: "types",
        functions: [
            Function(
                "type",
                [
                    Overload(
                        "type", [.parameter("A")], returns: .type(.parameter("A")),
                        .unary { value in .type(value.type) })
                ]),
            Function(
                "dyn", [Overload("to_dyn", [.parameter("A")], returns: .dyn, .unary { value in value })]),
        ],
        constants: [
            Constant("null_type", .type(.null), .type(.null)),
            Constant("bool", .type(.bool), .type(.bool)),
            Constant("int", .type(.int), .type(.int)),
            Constant("uint", .type(.uint), .type(.uint)),
            Constant("double", .type(.double), .type(.double)),
            Constant("string", .type(.string), .type(.string)),
            Constant("bytes", .type(.bytes), .type(.bytes)),
            Constant("list", .type(.list(.dyn)), .type(.list)),
            Constant("map", .type(.map(.dyn, .dyn)), .type(.map)),
            Constant("type", .type(.type(.dyn)), .type(.type)),
            Constant("optional_type", .type(.optional(.dyn)), .type(.optional)),
            Constant("google.protobuf.Timestamp", .type(.timestamp), .type(.timestamp)),
            Constant("google.protobuf.Duration", .type(.duration), .type(.duration)),
        ])
}
