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
