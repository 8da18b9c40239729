/// An int known when the program was built.
final class IntConstantNode: Node {
    let constant: Int64

    init(_ constant: Int64) { self.constant = constant }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .int(constant) }

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 { constant }
}
