/// A call of the one overload that fits, with one argument.
final class UnaryCallNode: Node {
    let function: String
    let body: @Sendable (Value) throws(EvaluationError) -> Value
    let argument: any Node
    let admission: Admission
    /// Whether the argument may be read as text, without asking what it is.
    private let admitsText: Bool
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
        admitsText = argument.admission.admitsText
        self.isRepeated = isRepeated
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        if admitsText, let text = unsafe argument.text(&run) {
            // The text lives until the evaluation ends.
            return try result(unsafe .string(Text(borrowing: text)), &run)
        }
        let value = try argument.value(&run)
        guard admission.admits(value) else {
            throw EvaluationError.noOverload(function, [value]).at(position)
        }
        return try result(value, &run)
    }

    @inline(__always)
    private func result(_ value: Value, _ run: inout Evaluation) throws(EvaluationError) -> Value {
        do throws(EvaluationError) {
            if isRepeated { try run.meter.charge(reading: value) }
            let result = try body(value)
            try run.meter.charge(producing: result)
            return result
        } catch {
            throw error.at(position)
        }
    }
}
