/// An expression that was found to be wrong, where faults are left to the run.
final class FailureNode: Node {
    let error: EvaluationError

    init(_ error: EvaluationError) { self.error = error }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { throw error }
}
