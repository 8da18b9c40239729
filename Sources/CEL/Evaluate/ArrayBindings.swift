/// Bindings from an array with one value for each slot.
public final class ArrayBindings: Bindings {
    /// The values by slot.
    public var values: [Value]

    /// Bindings of these values.
    public init(_ values: [Value] = []) { self.values = values }

    /// The value of a variable; an error when the array is too short.
    public func value(at slot: Int) throws(EvaluationError) -> Value {
        guard values.indices.contains(slot) else {
            throw EvaluationError(.unavailable, "a variable has no value")
        }
        return values[slot]
    }
}
