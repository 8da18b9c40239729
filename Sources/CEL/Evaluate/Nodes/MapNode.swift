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
