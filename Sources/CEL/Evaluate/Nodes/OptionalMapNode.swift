/// `target.optMap(name, body)` and `optFlatMap`.
final class OptionalMapNode: Node {
    let index: Int
    let target: any Node
    let body: any Node
    let isFlat: Bool
    let position: Position

    init(_ index: Int, _ target: any Node, _ body: any Node, isFlat: Bool, at position: Position) {
        self.index = index
        self.target = target
        self.body = body
        self.isFlat = isFlat
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try target.value(&run)
        guard let content = try value.content(at: position) else { return value }
        run.locals[index] = content
        let result = try body.value(&run)
        guard isFlat else { return .optional(result) }
        _ = try result.content(at: position)
        return result
    }
}
