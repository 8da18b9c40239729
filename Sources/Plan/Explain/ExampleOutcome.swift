/// What an example's rows became.
public enum ExampleOutcome: Sendable {
    /// An aggregate, with its parts by name; values as people read them, nil for NULL.
    case aggregate(ExampleCase.Row, parts: [String: [ExampleCase.Row]])
    /// Nothing: the rows are no such aggregate.
    case nothing
    /// The aggregate waits for a row of this alias.
    case pending(String)
    /// The aggregate was quarantined for this reason.
    case quarantine(String)
}
