/// Why something may not be done to an exception.
public struct ExceptionRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// What stands against it.
    public var message: String
    /// What would make it possible.
    public var hint: String

    /// A refusal.
    public init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }

    /// The message and the hint.
    public var description: String { "\(message). \(hint)" }
}
