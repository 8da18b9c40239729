/// Comparison of two doubles; false when one is NaN, except `!=`.
final class DoubleOrderNode: Node {
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

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            return operation.holds(try left.double(&run), try right.double(&run))
        } catch {
            throw error.at(position)
        }
    }
}
