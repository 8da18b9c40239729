/// A variable of the environment.
final class VariableNode: Node {
    let slot: Int
    let position: Position

    init(slot: Int, at position: Position) {
        self.slot = slot
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        do throws(EvaluationError) {
            return try run.bindings.value(at: slot)
        } catch {
            throw error.at(position)
        }
    }
}
