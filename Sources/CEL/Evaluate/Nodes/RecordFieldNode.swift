/// A field of a computed record, by index.
final class RecordFieldNode: Node {
    let operand: any Node
    let field: Int
    let position: Position

    init(_ operand: any Node, field: Int, at position: Position) {
        self.operand = operand
        self.field = field
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try operand.value(&run)
        guard case .record(let record) = value else {
            throw EvaluationError(.noSuchField, "\(value.type.name) has no fields", position: position)
        }
        do throws(EvaluationError) {
            return try record.provider.field(field, row: record.row)
        } catch {
            throw error.at(position)
        }
    }
}
