/// An operator with two operands.
public enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
    /// `a || b`
    case or = "||"
    /// `a && b`
    case and = "&&"
    /// `a == b`
    case equal = "=="
    /// `a != b`
    case notEqual = "!="
    /// `a < b`
    case less = "<"
    /// `a <= b`
    case lessOrEqual = "<="
    /// `a > b`
    case greater = ">"
    /// `a >= b`
    case greaterOrEqual = ">="
    /// `a in b`
    case membership = "in"
    /// `a + b`
    case add = "+"
    /// `a - b`
    case subtract = "-"
    /// `a * b`
    case multiply = "*"
    /// `a / b`
    case divide = "/"
    /// `a % b`
    case remainder = "%"

    /// The name under which libraries declare overloads of this operator, for example `_+_`.
    public var functionName: String { self == .membership ? "@in" : "_\(rawValue)_" }

    /// Binding strength: a larger number binds tighter.
    public var precedence: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .membership: 3
        case .add, .subtract: 4
        case .multiply, .divide, .remainder: 5
        }
    }

    /// Whether this is one of `<`, `<=`, `>`, `>=`.
    public var isOrdering: Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual: true
        default: false
        }
    }
}
