/// Counts the cost of an evaluation against its limit.
public struct Meter: ~Copyable {
    /// What passing over an error takes: making and catching one costs about as much as 16 turns of a loop.
    static let errorSteps = 16

    private var remaining: Int

    /// A meter with the steps of these limits.
    public init(_ limits: EvaluationLimits) { remaining = limits.steps }

    /// Takes `steps` from the budget, or fails with `limitExceeded`.
    @inline(__always)
    public mutating func charge(_ steps: Int) throws(EvaluationError) {
        remaining -= steps
        if remaining < 0 { throw Meter.exhausted() }
    }

    /// Takes the steps for producing that many bytes.
    public mutating func charge(bytes: Int) throws(EvaluationError) { try charge(1 + bytes / 16) }

    /// Takes the steps for `count` pieces of `bytes` each; a product too large to count exceeds any limit.
    public mutating func charge(_ count: Int, times bytes: Int) throws(EvaluationError) {
        let (product, isOverflowing) = count.multipliedReportingOverflow(by: max(bytes, 1))
        try charge(bytes: isOverflowing ? Int.max - 32 : product)
    }

    @inline(never)
    private static func exhausted() -> EvaluationError {
        EvaluationError(.limitExceeded, "the evaluation exceeds its limit of steps")
    }
}
