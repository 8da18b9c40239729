/// Conversions between the language's types.
enum Conversion {
    /// `bool(string)`: exactly the words of the language.
    static func bool(_ value: Value) throws(EvaluationError) -> Bool {
        switch try value.requireText().string {
        case "1", "t", "true", "TRUE", "True": return true
        case "0", "f", "false", "FALSE", "False": return false
        default: throw invalid(.bool)
        }
    }

    /// `double(string)`: decimal notation, or an infinity or NaN by name.
    static func double(_ value: Value) throws(EvaluationError) -> Double {
        let text = try value.requireText().string
        // Swift also reads hexadecimal and NaN payloads, which the language does not.
        guard !text.utf8.contains(UInt8(ascii: "x")), !text.utf8.contains(UInt8(ascii: "X")),
            !text.utf8.contains(UInt8(ascii: "(")), let result = Double(text)
        else { throw invalid(.double) }
        return result
    }

    /// `string(double)`: the shortest text that reads back as the same number, integers without a point.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `string(bytes)`: an error unless valid UTF-8.
    static func text(_ bytes: Bytes) throws(EvaluationError) -> String {
        guard let text = String(validating: bytes.array, as: UTF8.self) else {
            throw EvaluationError(.invalidConversion, "the bytes are not valid UTF-8")
        }
        return text
    }

    /// The error for a value outside the target's range.
    static func range(_ type: CELType) -> EvaluationError {
        EvaluationError(.overflow, "the value is outside the range of \(type)")
    }

    /// The error for a text that does not spell the target.
    static func invalid(_ type: CELType) -> EvaluationError {
        EvaluationError(.invalidConversion, "the string is no \(type)")
    }
}
