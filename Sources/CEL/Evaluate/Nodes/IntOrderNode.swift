/// Comparison of two ints.
final class IntOrderNode: Node {
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
            return operation.holds(try left.int(&run), try right.int(&run))
        } catch {
            throw error.at(position)
        }
    }
}
