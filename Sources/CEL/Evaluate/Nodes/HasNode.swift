/// Whether a field is there: a key of a map, or a field of a record that is not null.
final class HasNode: Node {
    let operand: any Node
    let field: String
    let key: Value
    let position: Position

    init(_ operand: any Node, field: String, at position: Position) {
        self.operand = operand
        self.field = field
        key = Value(field)
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        var value = try operand.value(&run)
        if case .optional(let content) = value {
            guard let content else { return false }
            value = content
        }
        do throws(EvaluationError) {
            guard let found = try Access.field(field, key, of: value) else { return false }
            if case .record = value, case .null = found { return false }
            return true
        } catch {
            throw error.at(position)
        }
    }
}
