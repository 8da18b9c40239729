/// One example kept beside a plan: legacy rows, and what they must become.
public struct ExampleCase: Sendable {
    /// A value as an example spells it: nil for NULL.
    public typealias Row = [String: String?]

    /// What the rows must become.
    public enum Expectation: Sendable {
        /// An aggregate with at least these columns, and parts with at least these columns, by name of the
        /// part.
        case aggregate(Row, parts: [String: [Row]])
        /// Nothing: the rows are no such aggregate.
        case nothing
        /// The aggregate waits for a row of this alias.
        case pending(String)
        /// The aggregate is quarantined for this reason.
        case quarantine(String)
    }

    /// The example's name.
    public var name: String
    /// The context's index in the plan.
    public var context: Int
    /// The aggregate's index in its context.
    public var aggregate: Int
    /// The rows by alias; columns that are not given are NULL.
    public var given: [String: [Row]]
    /// What they must become.
    public var expect: Expectation
    /// Where the example stands.
    public var location: SourceLocation
}
