/// Fills a text with values, as `'%s is %d'.format([a, b])`.
enum Formatter {
    /// The most decimals a clause may ask for; a double has no more than 1,074 of them.
    private static let precisionLimit = 1_100

    @Sendable static func format(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value
    {
        let format = try arguments[0].requireText()
        let values = try arguments[1].requireList()
        try meter.charge(bytes: format.byteCount)
        let bytes = Array(format.string.utf8)
        var result: [UInt8] = []
        var index = 0
        var used = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "%") {
                result.append(UInt8(ascii: "%"))
                index += 1
                continue
            }
            let precision = try precision(bytes, &index)
            guard index < bytes.count else { throw invalid("the format ends within a clause") }
            guard used < values.count else { throw invalid("the format has more clauses than arguments") }
            let text = try clause(bytes[index], precision, values[used], &meter)
            try meter.charge(bytes: text.utf8.count)
            result += Array(text.utf8)
            used += 1
            index += 1
        }
        return Value(String(decoding: result, as: UTF8.self))
    }

    private static func precision(_ bytes: [UInt8], _ index: inout Int) throws(EvaluationError) -> Int? {
        guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return nil }
        index += 1
        var precision = 0
        while index < bytes.count, bytes[index].isDigit {
            precision = precision * 10 + Int(bytes[index] - 0x30)
            guard precision <= precisionLimit else { throw invalid("more than \(precisionLimit) decimals") }
            index += 1
        }
        return precision
    }

    private static func clause(
        _ verb: UInt8, _ precision: Int?, _ value: Value, _ meter: inout Meter
    ) throws(EvaluationError) -> String {
        switch verb {
        case UInt8(ascii: "s"): return try plain(value, &meter)
        case UInt8(ascii: "d"): return try decimal(value)
        case UInt8(ascii: "f"): return try floating(value, precision ?? 6, "f")
        case UInt8(ascii: "e"): return try floating(value, precision ?? 6, "e")
        case UInt8(ascii: "b"):
            if case .bool(let bit) = value { return bit ? "1" : "0" }
            return try digits(value, radix: 2)
        case UInt8(ascii: "o"): return try digits(value, radix: 8)
        case UInt8(ascii: "x"): return try hexadecimal(value)
        case UInt8(ascii: "X"): return try hexadecimal(value).uppercased()
        default: throw invalid("unknown clause")
        }
    }

    /// A value as `%s` shows it; what is inside containers is charged each time it occurs.
    static func plain(_ value: Value, _ meter: inout Meter) throws(EvaluationError) -> String {
        try meter.charge(1)
        switch value {
        case .null: return "null"
        case .bool(let value): return String(value)
        case .int(let value): return String(value)
        case .uint(let value): return String(value)
        case .double(let value): return Conversion.text(value)
        case .string(let text):
            try meter.charge(bytes: text.byteCount)
            return text.string
        case .bytes(let bytes): return String(decoding: bytes.array, as: UTF8.self)
        case .timestamp(let moment): return TimestampText.text(moment)
        case .duration(let span): return DurationText.text(span)
        case .type(let type): return type.name
        case .opaque(let value): return value.text
        case .list(let list):
            var parts: [String] = []
            for element in list.values { parts.append(try plain(element, &meter)) }
            return "[" + parts.joined(separator: ", ") + "]"
        case .map(let map):
            var parts: [(key: String, value: String)] = []
            for entry in map.entries {
                parts.append((try plain(entry.key, &meter), try plain(entry.value, &meter)))
            }
            parts.sort { Text($0.key) < Text($1.key) }
            return "{" + parts.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
        case .optional, .record: throw invalid("%s does not show \(value.type.name)")
        }
    }

    private static func decimal(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .int(let value): return String(value)
        case .uint(let value): return String(value)
        case .double(let value): return Conversion.text(value)
        case .opaque(let value): return value.text
        default: throw invalid("%d shows numbers, not \(value.type.name)")
        }
    }

    private static func digits(_ value: Value, radix: Int) throws(EvaluationError) -> String {
        switch value {
        case .int(let value): return String(value, radix: radix)
        case .uint(let value): return String(value, radix: radix)
        default: throw invalid("integers are shown here, not \(value.type.name)")
        }
    }

    private static func hexadecimal(_ value: Value) throws(EvaluationError) -> String {
        switch value {
        case .string(let text): return hexadecimal(Array(text.string.utf8))
        case .bytes(let bytes): return hexadecimal(bytes.array)
        default: return try digits(value, radix: 16)
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func floating(_ value: Value, _ precision: Int, _ verb: String) throws(EvaluationError)
        -> String
    {
        let number: Double
        switch value {
        case .double(let value): number = value
        case .int(let value): number = Double(value)
        case .uint(let value): number = Double(value)
        default: throw invalid("%\(verb) shows numbers, not \(value.type.name)")
        }
        guard number.isFinite else { return Conversion.text(number) }
        return FloatText.text(number, precision: precision, isExponential: verb == "e")
    }

    private static func invalid(_ message: String) -> EvaluationError {
        EvaluationError(.invalidArgument, message)
    }
}
