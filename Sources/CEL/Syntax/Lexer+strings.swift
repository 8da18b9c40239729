extension Lexer {
    /// A string or bytes literal when one begins here, with its prefixes.
    mutating func quotedLiteral() throws(CompilationError) -> Token.Kind? {
        var length = 0
        var isBytes = false
        var isRaw = false
        if let byte = peek(length), byte == UInt8(ascii: "b") || byte == UInt8(ascii: "B") {
            isBytes = true
            length += 1
        }
        if let byte = peek(length), byte == UInt8(ascii: "r") || byte == UInt8(ascii: "R") {
            isRaw = true
            length += 1
        }
        guard let quote = peek(length), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            return nil
        }
        let begin = position
        advance(length)
        let isLong = peek(1) == quote && peek(2) == quote
        advance(isLong ? 3 : 1)
        let content = try content(until: quote, isLong: isLong, isRaw: isRaw, isBytes: isBytes, from: begin)
        if isBytes { return .bytes(content) }
        return .string(String(decoding: content, as: UTF8.self))
    }

    private mutating func content(
        until quote: UInt8, isLong: Bool, isRaw: Bool, isBytes: Bool, from begin: Position
    ) throws(CompilationError) -> [UInt8] {
        var content: [UInt8] = []
        while let byte = peek() {
            if byte == quote, !isLong || (peek(1) == quote && peek(2) == quote) {
                advance(isLong ? 3 : 1)
                return content
            }
            if !isLong, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                throw Lexer.error("the string is not closed on its line", at: begin)
            }
            if byte == UInt8(ascii: "\\"), !isRaw {
                try escape(into: &content, isBytes: isBytes)
            } else {
                content.append(byte)
                advance()
            }
        }
        throw Lexer.error("the string is not closed", at: begin)
    }

    private mutating func escape(into content: inout [UInt8], isBytes: Bool) throws(CompilationError) {
        let begin = position
        advance()
        guard let mark = peek() else { throw Lexer.error("the string is not closed", at: begin) }
        if let plain = Lexer.simpleEscapes[mark] {
            advance()
            content.append(plain)
            return
        }
        let code: UInt32
        switch mark {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): code = try hexCode(digits: 2, at: begin)
        case UInt8(ascii: "u") where !isBytes: code = try hexCode(digits: 4, at: begin)
        case UInt8(ascii: "U") where !isBytes: code = try hexCode(digits: 8, at: begin)
        case UInt8(ascii: "0")...UInt8(ascii: "3"): code = try octalCode(at: begin)
        default:
            throw Lexer.error("unknown escape '\\\(Character(UnicodeScalar(mark)))'", at: begin)
        }
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: code))
        } else if let scalar = Unicode.Scalar(code) {
            content.append(contentsOf: String(Character(scalar)).utf8)
        } else {
            throw Lexer.error("the escape is no Unicode code point", at: begin)
        }
    }

    private mutating func hexCode(digits: Int, at begin: Position) throws(CompilationError) -> UInt32 {
        advance()
        var code: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek()?.hexDigit else {
                throw Lexer.error("the escape needs \(digits) hexadecimal digits", at: begin)
            }
            code = code << 4 | digit
            advance()
        }
        return code
    }

    private mutating func octalCode(at begin: Position) throws(CompilationError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<3 {
            guard let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) else {
                throw Lexer.error("the escape needs 3 octal digits", at: begin)
            }
            code = code << 3 | UInt32(byte - UInt8(ascii: "0"))
            advance()
        }
        return code
    }

    private static let simpleEscapes: [UInt8: UInt8] = [
        UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "?"): UInt8(ascii: "?"),
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "'"): UInt8(ascii: "'"),
        UInt8(ascii: "`"): UInt8(ascii: "`"), UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8,
        UInt8(ascii: "f"): 12,
        UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
    ]
}
