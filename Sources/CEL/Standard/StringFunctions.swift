/// What the extended string functions do; each charges before it spends.
enum StringFunctions {
    /// Code points of an argument, charged by its length.
    private static func codePoints(_ value: Value, _ meter: inout Meter) throws(EvaluationError) -> CodePoints
    {
        let text = try value.requireText()
        try meter.charge(bytes: text.byteCount)
        return CodePoints(text)
    }

    private static func outside() -> EvaluationError {
        EvaluationError(.indexOutOfRange, "the index is outside the string")
    }

    /// An index argument within `0 ... limit`.
    private static func index(_ value: Value, upTo limit: Int) throws(EvaluationError) -> Int {
        guard let index = Int(exactly: try value.requireInt()), (0...limit).contains(index) else {
            throw outside()
        }
        return index
    }

    @Sendable static func character(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError)
        -> Value
    {
        let points = try codePoints(arguments[0], &meter)
        let index = try index(arguments[1], upTo: points.count)
        return index == points.count ? Value("") : points.text(index..<index + 1)
    }

    @Sendable static func firstIndex(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError)
        -> Value
    {
        let (points, part) = (try codePoints(arguments[0], &meter), try codePoints(arguments[1], &meter))
        let start = arguments.count > 2 ? try index(arguments[2], upTo: points.count) : 0
        try meter.charge(points.count, times: part.count)
        return .int(Int64(points.firstIndex(of: part, from: start) ?? -1))
    }

    @Sendable static func lastIndex(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError)
        -> Value
    {
        let (points, part) = (try codePoints(arguments[0], &meter), try codePoints(arguments[1], &meter))
        let end = arguments.count > 2 ? try index(arguments[2], upTo: points.count) : points.count
        try meter.charge(points.count, times: part.count)
        return .int(Int64(points.lastIndex(of: part, upTo: end) ?? -1))
    }

    @Sendable static func substring(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError)
        -> Value
    {
        let points = try codePoints(arguments[0], &meter)
        let start = try index(arguments[1], upTo: points.count)
        let end = arguments.count > 2 ? try index(arguments[2], upTo: points.count) : points.count
        guard start <= end else {
            throw EvaluationError(.indexOutOfRange, "the substring ends before it begins")
        }
        return points.text(start..<end)
    }

    @Sendable static func replace(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value
    {
        let points = try codePoints(arguments[0], &meter)
        let (part, replacement) = (try codePoints(arguments[1], &meter), try codePoints(arguments[2], &meter))
        let limit = arguments.count > 3 ? try arguments[3].requireInt() : -1
        var left = limit < 0 ? Int.max : Int(clamping: limit)
        try meter.charge(points.count, times: part.count)
        var view = String.UnicodeScalarView()
        var index = 0
        while index <= points.count {
            if left > 0, points.holds(part, at: index) {
                left -= 1
                try meter.charge(bytes: replacement.count)
                view.append(contentsOf: replacement.scalars)
                index += part.count
                if part.count > 0 { continue }
            }
            if index < points.count { view.append(points.scalars[index]) }
            index += 1
        }
        return Value(String(view))
    }

    @Sendable static func split(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value {
        let points = try codePoints(arguments[0], &meter)
        let separator = try codePoints(arguments[1], &meter)
        let limit = arguments.count > 2 ? try arguments[2].requireInt() : -1
        if limit == 0 { return Value([]) }
        try meter.charge(points.count, times: separator.count)
        try meter.charge(points.count / max(1, separator.count))
        var parts: [Value] = []
        var start = 0
        while limit < 0 || parts.count < limit - 1 {
            let end: Int?
            if separator.count > 0 {
                end = points.firstIndex(of: separator, from: start)
            } else {
                end = start + 1 < points.count ? start + 1 : nil
            }
            guard let end else { break }
            parts.append(points.text(start..<end))
            start = end + separator.count
        }
        if separator.count > 0 || start < points.count { parts.append(points.text(start..<points.count)) }
        return Value(parts)
    }

    @Sendable static func join(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value {
        let separator = arguments.count > 1 ? try arguments[1].requireText().string : ""
        var result = ""
        for (index, element) in try arguments[0].requireList().values.enumerated() {
            let text = try element.requireText()
            try meter.charge(bytes: text.byteCount + separator.utf8.count)
            if index > 0 { result += separator }
            result += text.string
        }
        return Value(result)
    }

    @Sendable static func lower(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value {
        try mapped(arguments[0], &meter) { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }

    @Sendable static func upper(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value {
        try mapped(arguments[0], &meter) { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
    }

    /// Maps ASCII bytes; bytes of other code points are never ASCII.
    private static func mapped(
        _ value: Value, _ meter: inout Meter, _ body: (UInt8) -> UInt8
    ) throws(EvaluationError) -> Value {
        let text = try value.requireText()
        try meter.charge(bytes: text.byteCount)
        return Value(String(decoding: text.string.utf8.map(body), as: UTF8.self))
    }

    @Sendable static func trim(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value {
        let points = try codePoints(arguments[0], &meter)
        guard let first = points.scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = points.scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return Value("") }
        return points.text(first..<last + 1)
    }

    @Sendable static func reverse(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value
    {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: try codePoints(arguments[0], &meter).scalars.reversed())
        return Value(String(view))
    }

    @Sendable static func quote(_ arguments: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value {
        var view = String.UnicodeScalarView()
        view.append("\"")
        for scalar in try codePoints(arguments[0], &meter).scalars {
            if let escape = escapes[scalar] {
                view.append("\\")
                view.append(escape)
            } else {
                view.append(scalar)
            }
        }
        view.append("\"")
        return Value(String(view))
    }

    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
        "\u{7}": "a", "\u{8}": "b", "\u{C}": "f", "\n": "n", "\r": "r", "\t": "t", "\u{B}": "v", "\\": "\\",
        "\"": "\"",
    ]
}
