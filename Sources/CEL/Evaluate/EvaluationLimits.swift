/// What one evaluation may cost.
public struct EvaluationLimits: Sendable, Hashable {
    /// Units of work: a comprehension's iteration, a function call inside one, 16 bytes or one element
    /// produced.
    ///
    /// The default of a million ends a hostile expression within a fraction of a second.
    public var steps: Int

    /// Limits on one evaluation.
    public init(steps: Int = 1_000_000) { self.steps = steps }
}
