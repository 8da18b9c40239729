/// A call whose overload is chosen by the arguments at run time, or that has another number of arguments.
final class CallNode: Node {
    let function: String
    let overloads: [PreparedOverload]
    let arguments: [any Node]
    let isRepeated: Bool
    let position: Position

    init(
        _ function: String, _ overloads: [PreparedOverload], _ arguments: [any Node], isRepeated: Bool,
        at position: Position
    ) {
        self.function = function
        self.overloads = overloads
        self.arguments = arguments
        self.isRepeated = isRepeated
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for argument in arguments { values.append(try argument.value(&run)) }
        do throws(EvaluationError) {
            if isRepeated {
                for value in values { try run.meter.charge(reading: value) }
            }
            for overload in overloads where overload.admits(values) {
                return try overload.apply(values, &run.meter)
            }
            throw EvaluationError.noOverload(function, values)
        } catch {
            throw error.at(position)
        }
    }
}
