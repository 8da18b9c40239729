/// A query that somebody wrote cannot be answered.
public struct FailedQuery: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, without a value of any row.
    public var reason: String

    /// Says what is wrong.
    public init(_ reason: String) {
        self.reason = reason
    }

    /// What is wrong.
    public var description: String { reason }
}
