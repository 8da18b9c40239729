/// A phase of a scope's migration, in their order.
public enum Phase: String, Sendable, Codable, CaseIterable {
    /// Legacy is written and read; the service's store follows.
    case mirror
    /// The service writes the named flow through the projection.
    case extract
    /// The service is written; legacy follows.
    case shift
    /// The service is written and read; the last readers of legacy leave.
    case retire
    /// Legacy's part is archived, then dropped.
    case decommission
}

/// A condition that a scope must meet to enter a phase.
public struct CheckedGate: Sendable {
    /// The phase it guards.
    public var phase: Phase
    /// The condition over the facts of `GateVocabulary`.
    public var condition: CompiledExpression

    /// Guards a phase with a condition.
    public init(phase: Phase, condition: CompiledExpression) {
        self.phase = phase
        self.condition = condition
    }
}
