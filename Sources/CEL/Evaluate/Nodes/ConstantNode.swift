/// A value known when the program was built.
final class ConstantNode: Node {
    let constant: Value

    init(_ constant: Value) { self.constant = constant }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { constant }
}
