extension Value {
    /// What an optional holds; an error when this is no optional.
    func content(at position: Position) throws(EvaluationError) -> Value? {
        guard case .optional(let content) = self else {
            throw EvaluationError(
                .noSuchOverload, "an optional is needed after '?', found \(type.name)", position: position)
        }
        return content
    }
}
