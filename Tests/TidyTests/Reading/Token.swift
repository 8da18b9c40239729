/// A word or one punctuation mark of Swift code.
struct Token: Sendable, Equatable {
    /// The word, or the mark.
    var text: String
    /// The line it stands on, from 1.
    var line: Int
    /// Whether nothing stands between it and the token before.
    var isGlued: Bool
    /// Whether it is a word: letters, digits, `_`, and a leading `@`, `#` or backtick.
    var isWord: Bool

    /// The tokens of code from which comments and the contents of strings have been removed.
    static func read(_ code: [UInt8]) -> [Token] {
        var tokens: [Token] = []
        var line = 1
        var index = 0
        var end = -1
        while index < code.count {
            let byte = code[index]
            if byte == UInt8(ascii: "\n") { line += 1 }
            guard byte > 0x20 else {
                index += 1
                continue
            }
            let start = index
            let isWord = isWordStart(byte)
            repeat { index += 1 } while isWord && index < code.count && continuesWord(code[index])
            let text = String(decoding: code[start..<index], as: UTF8.self)
            tokens.append(Token(text: text, line: line, isGlued: start == end, isWord: isWord))
            end = index
        }
        return tokens
    }

    private static func isWordStart(_ byte: UInt8) -> Bool {
        continuesWord(byte) || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "#")
    }

    private static func continuesWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "`"), 0x80...: true
        default: false
        }
    }
}
