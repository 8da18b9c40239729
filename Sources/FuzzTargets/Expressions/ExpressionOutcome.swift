import CEL

/// What came of running an expression: a value, or an error.
struct ExpressionOutcome {
    var value: Value?
    var error: EvaluationError?
    /// Since when the expression was running.
    var time: CPUTime

    init(value: Value? = nil, error: EvaluationError? = nil, time: CPUTime) {
        self.value = value
        self.error = error
        self.time = time
    }

    /// The value, or the error's code.
    var shown: String {
        if let value { return ValueShape.shown(value) }
        return "error \(error?.code.rawValue ?? "")"
    }
}
