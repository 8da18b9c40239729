/// Cuts source text into tokens.
struct Lexer {
    let source: [UInt8]
    private(set) var offset = 0
    private var line = 1
    private var column = 1

    init(_ source: String) { self.source = Array(source.utf8) }

    /// Where the next byte stands.
    var position: Position { Position(offset: offset, line: line, column: column) }

    /// The byte `ahead` bytes from here; nil at the end.
    func peek(_ ahead: Int = 0) -> UInt8? {
        offset + ahead < source.count ? source[offset + ahead] : nil
    }

    /// Moves on by a byte, keeping line and column.
    mutating func advance() {
        guard let byte = peek() else { return }
        offset += 1
        if byte == UInt8(ascii: "\n") {
            line += 1
            column = 1
        } else if byte & 0xC0 != 0x80 {
            column += 1
        }
    }

    /// Moves on by `count` bytes.
    mutating func advance(_ count: Int) {
        for _ in 0..<count { advance() }
    }

    /// The next token; `end` again and again at the end.
    mutating func next() throws(CompilationError) -> Token {
        skipBlank()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, position: start) }
        if let literal = try quotedLiteral() { return Token(kind: literal, position: start) }
        if byte.isLetter { return Token(kind: .identifier(name()), position: start) }
        if byte.isDigit || (byte == UInt8(ascii: ".") && peek(1)?.isDigit == true) {
            return Token(kind: try number(), position: start)
        }
        if byte == UInt8(ascii: "`") { return Token(kind: .quoted(try quotedName()), position: start) }
        return Token(kind: .symbol(try symbol()), position: start)
    }

    private mutating func skipBlank() {
        while let byte = peek() {
            if byte.isBlank {
                advance()
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
            } else {
                return
            }
        }
    }

    private mutating func name() -> String {
        let start = offset
        while let byte = peek(), byte.isLetter || byte.isDigit { advance() }
        return String(decoding: source[start..<offset], as: UTF8.self)
    }

    /// A name in backticks: any characters but control characters, a backtick written twice. More than the
    /// language's definition allows, because columns are called like that.
    private mutating func quotedName() throws(CompilationError) -> String {
        let begin = position
        advance()
        var name: [UInt8] = []
        let backtick = UInt8(ascii: "`")
        while let byte = peek(), byte >= 0x20, byte != 0x7F, byte != backtick || peek(1) == backtick {
            advance(byte == backtick ? 2 : 1)
            name.append(byte)
        }
        guard peek() == backtick, !name.isEmpty else {
            throw Lexer.error(
                "a name in backticks ends with one on its line, and has no control characters", at: begin)
        }
        advance()
        return String(decoding: name, as: UTF8.self)
    }

    private mutating func symbol() throws(CompilationError) -> Token.Symbol {
        for length in [2, 1] where offset + length <= source.count {
            let text = String(decoding: source[offset..<offset + length], as: UTF8.self)
            if let symbol = Token.Symbol(rawValue: text) {
                advance(length)
                return symbol
            }
        }
        let scalar = String(decoding: source[offset...].prefix(4), as: UTF8.self).unicodeScalars.first
        throw Lexer.error("unexpected character '\(scalar.map(String.init) ?? "?")'", at: position)
    }

    /// A syntax error at a place.
    static func error(_ message: String, at position: Position) -> CompilationError {
        CompilationError([Diagnostic(.syntax, message, at: position)])
    }
}
