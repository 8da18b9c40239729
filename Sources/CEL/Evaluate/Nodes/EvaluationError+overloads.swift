extension EvaluationError {
    /// The error for arguments no overload takes.
    @inline(never)
    static func noOverload(_ function: String, _ arguments: [Value]) -> EvaluationError {
        let types = arguments.map(\.type.name).joined(separator: ", ")
        return EvaluationError(.noSuchOverload, "'\(function)' does not take (\(types))")
    }
}
