/// `a < b` and the like of values of any type.
final class OrderNode: Node {
    let operation: BinaryOperator
    let left: any Node
    let right: any Node
    let isRepeated: Bool
    let position: Position

    init(
        _ operation: BinaryOperator, _ left: any Node, _ right: any Node, isRepeated: Bool,
        at position: Position
    ) {
        self.operation = operation
        self.left = left
        self.right = right
        self.isRepeated = isRepeated
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let a = try left.value(&run)
        let b = try right.value(&run)
        if isRepeated { try run.meter.charge(reading: a) }
        do throws(EvaluationError) {
            guard let order = try Ordering.compare(a, b, operation) else { return false }
            return operation.holds(order)
        } catch {
            throw error.at(position)
        }
    }
}
