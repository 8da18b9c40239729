extension Literal {
    /// The literal as source text.
    public var source: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .uint(let value): "\(value)u"
        case .double(let value): Literal.source(value)
        case .string(let value): "'" + value.unicodeScalars.map(Literal.escaped).joined() + "'"
        case .bytes(let value): "b'" + value.map(Literal.escaped).joined() + "'"
        }
    }

    private static func source(_ value: Double) -> String {
        // A source can hold 1e999, which is infinite and has no shorter spelling.
        if value.isInfinite { return value < 0 ? "-1e999" : "1e999" }
        return value.description
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "'": "\\'"
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F: "\\x" + hex(UInt8(scalar.value))
        default: String(Character(scalar))
        }
    }

    private static func escaped(_ byte: UInt8) -> String {
        (0x20..<0x7F).contains(byte) ? escaped(Unicode.Scalar(byte)) : "\\x" + hex(byte)
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
