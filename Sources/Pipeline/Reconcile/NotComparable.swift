/// Why both sides cannot be compared now: no fault of either, and no verdict.
public struct NotComparable: Error, Sendable, CustomStringConvertible {
    /// What stands in the way.
    public var reason: String
    /// What a person can do about it.
    public var hint: String

    /// Records a reason.
    public init(_ reason: String, hint: String) {
        self.reason = reason
        self.hint = hint
    }

    /// Both.
    public var description: String { "\(reason); \(hint)" }
}
