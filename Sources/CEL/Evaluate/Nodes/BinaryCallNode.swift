/// A call of the one overload that fits, with two arguments.
final class BinaryCallNode: Node {
    let function: String
    let body: @Sendable (Value, Value) throws(EvaluationError) -> Value
    let first: any Node
    let second: any Node
    let firstAdmission: Admission
    let secondAdmission: Admission
    let isRepeated: Bool
    let position: Position

    init(
        _ function: String, _ body: @escaping @Sendable (Value, Value) throws(EvaluationError) -> Value,
        _ first: (node: any Node, admission: Admission), _ second: (node: any Node, admission: Admission),
        isRepeated: Bool, at position: Position
    ) {
        self.function = function
        self.body = body
        self.first = first.node
        self.second = second.node
        firstAdmission = first.admission
        secondAdmission = second.admission
        self.isRepeated = isRepeated
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let a = try first.value(&run)
        let b = try second.value(&run)
        do throws(EvaluationError) {
            guard firstAdmission.admits(a), secondAdmission.admits(b) else {
                throw EvaluationError.noOverload(function, [a, b])
            }
            if isRepeated {
                try run.meter.charge(reading: a)
                try run.meter.charge(reading: b)
            }
            let result = try body(a, b)
            try run.meter.charge(producing: result)
            return result
        } catch {
            throw error.at(position)
        }
    }
}
