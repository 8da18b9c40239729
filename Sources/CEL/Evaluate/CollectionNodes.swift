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

/// A map built from its entries: `{k: v, ?k: v}`.
final class MapNode: Node {
    let entries: [(key: any Node, value: any Node, isOptional: Bool)]
    let position: Position

    init(_ entries: [(key: any Node, value: any Node, isOptional: Bool)], at position: Position) {
        self.entries = entries
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        try run.meter.charge(1 + entries.count)
        var values: [(key: Value, value: Value)] = []
        values.reserveCapacity(entries.count)
        for entry in entries {
            let key = try entry.key.value(&run)
            let value = try entry.value.value(&run)
            if !entry.isOptional {
                values.append((key, value))
            } else if let content = try value.content(at: position) {
                values.append((key, content))
            }
        }
        do throws(EvaluationError) {
            return .map(try MapValue(values))
        } catch {
            throw error.at(position)
        }
    }
}

extension Value {
    /// What an optional holds; an error when this is no optional.
    func content(at position: Position) throws(EvaluationError) -> Value? {
        guard case .optional(let content) = self else {
            throw EvaluationError(
                .noSuchOverload, "an optional is needed after '?', found \(type.name)", position: position)
        }
        return content
    }
}
