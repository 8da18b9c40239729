public import CEL

/// Why an expression cannot run in a database.
public struct SQLRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is in the way.
    public let reason: String
    /// Where in the expression.
    public let position: CEL.Position

    init(_ reason: String, at position: CEL.Position) {
        self.reason = reason
        self.position = position
    }

    /// What to do about it.
    public var hint: String {
        "predicates in a database may use comparisons, &&, ||, !, in with a constant list, startsWith, "
            + "null tests, has() and sums of ints and decimals"
    }

    /// `line:column: reason`
    public var description: String { "\(position): \(reason)" }
}
