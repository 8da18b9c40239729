/// What was found wrong in a history.
public struct Violation: Sendable, Equatable {
    /// What does not hold.
    public var invariant: Invariant
    /// What was found, and what was expected.
    public var words: String
}
