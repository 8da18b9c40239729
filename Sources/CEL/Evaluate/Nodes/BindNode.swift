/// A name for a value within a body: `cel.bind(name, value, body)`.
final class BindNode: Node {
    let index: Int
    let bound: any Node
    let body: any Node

    init(_ index: Int, _ bound: any Node, in body: any Node) {
        self.index = index
        self.bound = bound
        self.body = body
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        run.locals[index] = try bound.value(&run)
        return try body.value(&run)
    }
}
