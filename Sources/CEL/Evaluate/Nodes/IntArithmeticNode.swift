/// Arithmetic on two ints.
final class IntArithmeticNode: Node {
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

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .int(try int(&run)) }

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 {
        do throws(EvaluationError) {
            return try Arithmetic.integer(operation, try left.int(&run), try right.int(&run))
        } catch {
            throw error.at(position)
        }
    }
}
