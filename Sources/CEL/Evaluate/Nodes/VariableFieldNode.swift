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

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 {
        if let number = run.bindings.integer(field, at: slot) { return number }
        let value = try value(&run)
        guard case .int(let number) = value else { throw EvaluationError.unexpected(value, needed: .int) }
        return number
    }

    func text(_ run: inout Evaluation) -> UnsafeRawBufferPointer? {
        unsafe run.bindings.text(field, at: slot)
    }
}
