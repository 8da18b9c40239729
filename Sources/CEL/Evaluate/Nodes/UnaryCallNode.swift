/// A call of the one overload that fits, with one argument.
final class UnaryCallNode: Node {
    let function: String
    let body: @Sendable (Value) throws(EvaluationError) -> Value
    let argument: any Node
    let admission: Admission
    let isRepeated: Bool
    let position: Position

    init(
        _ function: String, _ body: @escaping @Sendable (Value) throws(EvaluationError) -> Value,
        _ argument: (node: any Node, admission: Admission), isRepeated: Bool, at position: Position
    ) {
        self.function = function
        self.body = body
        self.argument = argument.node
        admission = argument.admission
        self.isRepeated = isRepeated
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try argument.value(&run)
        do throws(EvaluationError) {
            guard admission.admits(value) else { throw EvaluationError.noOverload(function, [value]) }
            if isRepeated { try run.meter.charge(reading: value) }
            let result = try body(value)
            try run.meter.charge(producing: result)
            return result
        } catch {
            throw error.at(position)
        }
    }
}
