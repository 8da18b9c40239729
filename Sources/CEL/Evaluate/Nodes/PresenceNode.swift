/// Whether a column is not null: `has(row.column)`.
final class PresenceNode: Node {
    let load: any Node

    init(_ load: any Node) { self.load = load }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        if case .null = try load.value(&run) { false } else { true }
    }
}
