/// The opposite: `!a`.
final class NotNode: Node {
    let operand: any Node
    let position: Position

    init(_ operand: any Node, at position: Position) {
        self.operand = operand
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            return try !operand.test(&run)
        } catch {
            throw error.at(position)
        }
    }
}
