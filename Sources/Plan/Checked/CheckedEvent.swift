/// A domain event derived from an aggregate's state before and after a transaction.
public struct CheckedEvent: Sendable {
    /// The event's type.
    public var name: String
    /// The index of its aggregate in the context.
    public var aggregate: Int
    /// The condition over `before` (slot 0) and `after` (slot 1): rows of the service's table, or null.
    public var when: CompiledExpression
    /// What may happen on replay.
    public var replay: ReplaySafety
    /// Where the plan declares it.
    public var location: SourceLocation

    /// Collects the parts of a checked event.
    public init(
        name: String, aggregate: Int, when: CompiledExpression, replay: ReplaySafety, location: SourceLocation
    ) {
        self.name = name
        self.aggregate = aggregate
        self.when = when
        self.replay = replay
        self.location = location
    }
}
