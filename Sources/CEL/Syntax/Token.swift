/// A piece of source text with its place.
struct Token {
    enum Kind: Equatable {
        case identifier(String)
        case quoted(String)
        /// Digits without a sign; the parser knows whether a minus precedes.
        case int(UInt64)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        case symbol(Symbol)
        case end
    }

    enum Symbol: String {
        case question = "?", colon = ":", comma = ",", dot = "."
        case leftParen = "(", rightParen = ")", leftBracket = "[", rightBracket = "]", leftBrace = "{",
            rightBrace = "}"
        case or = "||", and = "&&", equal = "==", notEqual = "!=", lessOrEqual = "<=", greaterOrEqual = ">="
        case less = "<", greater = ">", plus = "+", minus = "-", star = "*", slash = "/", percent = "%", not =
            "!"
    }

    let kind: Kind
    let position: Position

    /// The token as messages name it.
    var description: String {
        switch kind {
        case .identifier(let name): "'\(name)'"
        case .quoted(let name): "'`\(name)`'"
        case .int, .uint, .double: "a number"
        case .string: "a string"
        case .bytes: "a bytes literal"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the expression"
        }
    }
}
