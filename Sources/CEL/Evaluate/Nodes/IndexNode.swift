/// An element of a list or map, or of an optional of these.
final class IndexNode: Node {
    let operand: any Node
    let index: any Node
    let isOptional: Bool
    let position: Position

    init(_ operand: any Node, _ index: any Node, isOptional: Bool, at position: Position) {
        self.operand = operand
        self.index = index
        self.isOptional = isOptional
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try operand.value(&run)
        let key = try index.value(&run)
        do throws(EvaluationError) {
            if case .optional(let content) = value {
                guard let content else { return value }
                return .optional(try Access.element(key, of: content))
            }
            let found = try Access.element(key, of: value)
            if isOptional { return .optional(found) }
            guard let found else { throw Access.missing(in: value) }
            return found
        } catch {
            throw error.at(position)
        }
    }
}
