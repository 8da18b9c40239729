/// A field by name, of a map, a record or an optional of these.
final class SelectNode: Node {
    let operand: any Node
    let field: String
    let key: Value
    let isOptional: Bool
    let position: Position

    init(_ operand: any Node, field: String, isOptional: Bool, at position: Position) {
        self.operand = operand
        self.field = field
        key = Value(field)
        self.isOptional = isOptional
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try operand.value(&run)
        do throws(EvaluationError) {
            if case .optional(let content) = value {
                guard let content else { return value }
                return .optional(try Access.field(field, key, of: content))
            }
            let found = try Access.field(field, key, of: value)
            if isOptional { return .optional(found) }
            guard let found else { throw EvaluationError(.noSuchKey, "no such key '\(field)'") }
            return found
        } catch {
            throw error.at(position)
        }
    }
}
