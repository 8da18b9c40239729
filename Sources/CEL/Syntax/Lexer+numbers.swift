extension Lexer {
    /// An int, uint or double literal; the lexer stands at its first byte.
    mutating func number() throws(CompilationError) -> Token.Kind {
        let begin = position
        if peek() == UInt8(ascii: "0"), let mark = peek(1),
            mark == UInt8(ascii: "x") || mark == UInt8(ascii: "X")
        {
            advance(2)
            let digits = run { $0.hexDigit != nil }
            guard !digits.isEmpty else { throw Lexer.error("a hexadecimal number needs digits", at: begin) }
            return try integer(digits, radix: 16, at: begin)
        }
        let start = offset
        let digits = run(\.isDigit)
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1)?.isDigit == true {
            isDouble = true
            advance()
            _ = run(\.isDigit)
        }
        if hasExponent {
            isDouble = true
            advance(2)
            _ = run(\.isDigit)
        }
        guard isDouble else { return try integer(digits, radix: 10, at: begin) }
        let text = String(decoding: source[start..<offset], as: UTF8.self)
        guard let value = Double(text) else { throw Lexer.error("'\(text)' is not a number", at: begin) }
        try endNumber(at: begin)
        return .double(value)
    }

    private var hasExponent: Bool {
        guard let mark = peek(), mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E"), let next = peek(1)
        else {
            return false
        }
        if next.isDigit { return true }
        return (next == UInt8(ascii: "+") || next == UInt8(ascii: "-")) && peek(2)?.isDigit == true
    }

    private mutating func run(_ matches: (UInt8) -> Bool) -> String {
        let start = offset
        while let byte = peek(), matches(byte) { advance() }
        return String(decoding: source[start..<offset], as: UTF8.self)
    }

    private mutating func integer(
        _ digits: String, radix: Int, at begin: Position
    ) throws(CompilationError) -> Token.Kind {
        guard let value = UInt64(digits, radix: radix) else {
            throw Lexer.error("the number does not fit in 64 bits", at: begin)
        }
        if let mark = peek(), mark == UInt8(ascii: "u") || mark == UInt8(ascii: "U") {
            advance()
            try endNumber(at: begin)
            return .uint(value)
        }
        try endNumber(at: begin)
        return .int(value)
    }

    private func endNumber(at begin: Position) throws(CompilationError) {
        if let byte = peek(), byte.isLetter || byte.isDigit {
            throw Lexer.error("a number may not be followed by a letter", at: begin)
        }
    }
}
