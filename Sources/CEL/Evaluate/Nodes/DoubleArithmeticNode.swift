/// Arithmetic on two doubles.
final class DoubleArithmeticNode: Node {
    let operation: BinaryOperator
    let left: any Node
    let right: any Node
    let position: Position

    init(_ operation: BinaryOperator, _ left: any Node, _ right: any Node, at position: Position) {
        self.operation = operation
        self.left = left
        self.right = right
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .double(try double(&run)) }

    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double {
        do throws(EvaluationError) {
            let (a, b) = (try left.double(&run), try right.double(&run))
            guard let result = Arithmetic.double(operation, a, b) else {
                throw EvaluationError.noOverload(operation, .double(a), .double(b))
            }
            return result
        } catch {
            throw error.at(position)
        }
    }
}
