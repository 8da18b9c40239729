/// A field of a record variable: one call for one column.
final class VariableFieldNode: Node {
    let slot: Int
    let field: Int
    let position: Position

    init(slot: Int, field: Int, at position: Position) {
        self.slot = slot
        self.field = field
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        do throws(EvaluationError) {
            return try run.bindings.field(field, at: slot)
        } catch {
            throw error.at(position)
        }
    }
}
