import CEL
import Model

/// Constants written into the text of a statement.
enum SQLLiteral {
    static func text(
        _ parameter: SQLParameter, _ dialect: SQLDialect, at position: CEL.Position
    ) throws(SQLRefusal) -> String {
        switch parameter {
        // The most negative integer has no literal of its own: its digits alone would be read as a double.
        case .integer(.min): return "(-9223372036854775807 - 1)"
        case .integer(let number): return number < 0 ? "(\(number))" : "\(number)"
        case .double(let number): return number < 0 ? "(\(number))" : "\(number)"
        case .text(let text):
            guard !text.utf8.contains(0) else {
                throw SQLRefusal("a text with a zero byte cannot be written into a statement", at: position)
            }
            return "'" + text.replacing(scalar: "'", with: "''") + "'"
        case .bytes(let bytes):
            return dialect == .sqlite ? "X'\(Hex.encode(bytes))'" : "'\\x\(Hex.encode(bytes))'"
        }
    }
}
