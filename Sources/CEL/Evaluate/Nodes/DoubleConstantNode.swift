/// A double known when the program was built.
final class DoubleConstantNode: Node {
    let constant: Double

    init(_ constant: Double) { self.constant = constant }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .double(constant) }

    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double { constant }
}
