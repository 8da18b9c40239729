/// What a function does, by number of arguments; a receiver counts as the first argument.
public enum Implementation: Sendable {
    /// Without arguments.
    case nullary(@Sendable () throws(EvaluationError) -> Value)
    /// With one argument.
    case unary(@Sendable (Value) throws(EvaluationError) -> Value)
    /// With two arguments.
    case binary(@Sendable (Value, Value) throws(EvaluationError) -> Value)
    /// With three arguments.
    case ternary(@Sendable (Value, Value, Value) throws(EvaluationError) -> Value)
    /// With any number of arguments.
    case variadic(@Sendable ([Value]) throws(EvaluationError) -> Value)
    /// With any number of arguments, charging what it costs before it spends it.
    case metered(@Sendable ([Value], inout Meter) throws(EvaluationError) -> Value)
}
