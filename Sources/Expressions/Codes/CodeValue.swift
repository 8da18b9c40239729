public import CEL

/// One side of a code: a text, a number, or NULL.
public enum CodeValue: Sendable, Hashable, Codable, CustomStringConvertible {
    /// NULL.
    case null
    /// A number.
    case integer(Int64)
    /// A text.
    case text(String)

    /// The value in an expression.
    public var value: Value {
        switch self {
        case .null: .null
        case .integer(let number): .int(number)
        case .text(let text): Value(text)
        }
    }

    /// The value as a plan writes it.
    public var description: String {
        switch self {
        case .null: "NULL"
        case .integer(let number): String(number)
        case .text(let text): text
        }
    }
}
