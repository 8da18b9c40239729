/// `condition ? a : b`; only the taken branch runs.
final class ConditionalNode: Node {
    let condition: any Node
    let positive: any Node
    let negative: any Node
    let position: Position

    init(_ condition: any Node, _ positive: any Node, _ negative: any Node, at position: Position) {
        self.condition = condition
        self.positive = positive
        self.negative = negative
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        try choose(&run).value(&run)
    }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool { try choose(&run).test(&run) }

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 { try choose(&run).int(&run) }

    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double { try choose(&run).double(&run) }

    private func choose(_ run: inout Evaluation) throws(EvaluationError) -> any Node {
        do throws(EvaluationError) {
            return try condition.test(&run) ? positive : negative
        } catch {
            throw error.at(position)
        }
    }
}
