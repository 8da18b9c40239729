extension CELType {
    /// The type that a text spells, as `map(string, list(int))` or `optional_type($T)`; nil when malformed.
    ///
    /// Names that are no types of the language stand for opaque types.
    public init?(_ text: String) {
        var reader = Reader(bytes: Array(text.utf8))
        guard let type = reader.type(), reader.isAtEnd else { return nil }
        self = type
    }

    private static let simple: [String: CELType] = [
        "dyn": .dyn, "null_type": .null, "bool": .bool, "int": .int, "uint": .uint, "double": .double,
        "string": .string, "bytes": .bytes, "timestamp": .timestamp, "duration": .duration,
        "type": .type(.dyn),
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
    ]

    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        var isAtEnd: Bool { index == bytes.count }

        mutating func type() -> CELType? {
            skipBlanks()
            let isParameter = accept("$")
            let name = name()
            guard !name.isEmpty else { return nil }
            if isParameter { return .parameter(name) }
            guard accept("(") else { return CELType.simple[name] ?? CELType.make(name, []) }
            var arguments: [CELType] = []
            repeat {
                guard let argument = type() else { return nil }
                arguments.append(argument)
            } while accept(",")
            return accept(")") ? CELType.make(name, arguments) : nil
        }

        private mutating func name() -> String {
            let start = index
            while index < bytes.count,
                bytes[index].isLetter || bytes[index].isDigit || bytes[index] == UInt8(ascii: ".")
            {
                index += 1
            }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }

        private mutating func accept(_ symbol: Unicode.Scalar) -> Bool {
            skipBlanks()
            guard index < bytes.count, bytes[index] == UInt8(ascii: symbol) else { return false }
            index += 1
            return true
        }

        private mutating func skipBlanks() {
            while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
        }
    }

    private static func make(_ name: String, _ arguments: [CELType]) -> CELType {
        switch (name, arguments.count) {
        case ("list", 0): .list(.dyn)
        case ("list", 1): .list(arguments[0])
        case ("map", 0): .map(.dyn, .dyn)
        case ("map", 2): .map(arguments[0], arguments[1])
        case ("type", 1): .type(arguments[0])
        case ("optional_type", 1): .optional(arguments[0])
        case ("wrapper", 1): .wrapper(arguments[0])
        default: .opaque(name, arguments)
        }
    }
}
