/// Arithmetic on values of any type, with a library's overloads for its own types.
final class ArithmeticNode: Node {
    let operation: BinaryOperator
    let left: any Node
    let right: any Node
    let extensions: [PreparedOverload]
    let position: Position

    init(
        _ operation: BinaryOperator, _ left: any Node, _ right: any Node, _ extensions: [PreparedOverload],
        at position: Position
    ) {
        self.operation = operation
        self.left = left
        self.right = right
        self.extensions = extensions
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let a = try left.value(&run)
        let b = try right.value(&run)
        do throws(EvaluationError) {
            if let result = try Arithmetic.apply(operation, a, b, &run.meter) { return result }
            for overload in extensions where overload.admits([a, b]) {
                return try overload.apply([a, b], &run.meter)
            }
            throw EvaluationError.noOverload(operation, a, b)
        } catch {
            throw error.at(position)
        }
    }
}
