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

extension EvaluationError {
    /// The error for arguments no overload takes.
    @inline(never)
    static func noOverload(_ function: String, _ arguments: [Value]) -> EvaluationError {
        let types = arguments.map(\.type.name).joined(separator: ", ")
        return EvaluationError(.noSuchOverload, "'\(function)' does not take (\(types))")
    }
}
