/// A list built from its elements: `[a, ?b]`.
final class ListNode: Node {
    let elements: [(node: any Node, isOptional: Bool)]
    let position: Position

    init(_ elements: [(node: any Node, isOptional: Bool)], at position: Position) {
        self.elements = elements
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        try run.meter.charge(1 + elements.count)
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            let value = try element.node.value(&run)
            if !element.isOptional {
                values.append(value)
            } else if let content = try value.content(at: position) {
                values.append(content)
            }
        }
        return Value(values)
    }
}
