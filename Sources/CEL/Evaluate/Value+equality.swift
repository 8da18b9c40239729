extension Value {
    /// Whether the language's `==` holds between this value and another.
    ///
    /// Fails with `limitExceeded` when the values share parts so often that comparing them takes too long.
    public func isEqual(
        to other: Value, limits: EvaluationLimits = EvaluationLimits()
    ) throws(EvaluationError) -> Bool {
        var meter = Meter(limits)
        return try Equality.equal(self, other, &meter)
    }
}
