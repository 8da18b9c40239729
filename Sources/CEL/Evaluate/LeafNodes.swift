/// A value known when the program was built.
final class ConstantNode: Node {
    let constant: Value

    init(_ constant: Value) { self.constant = constant }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { constant }
}

/// An int known when the program was built.
final class IntConstantNode: Node {
    let constant: Int64

    init(_ constant: Int64) { self.constant = constant }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .int(constant) }

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 { constant }
}

/// A double known when the program was built.
final class DoubleConstantNode: Node {
    let constant: Double

    init(_ constant: Double) { self.constant = constant }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .double(constant) }

    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double { constant }
}

/// A variable of the environment.
final class VariableNode: Node {
    let slot: Int
    let position: Position

    init(slot: Int, at position: Position) {
        self.slot = slot
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        do throws(EvaluationError) {
            return try run.bindings.value(at: slot)
        } catch {
            throw error.at(position)
        }
    }
}

/// A variable of a macro.
final class LocalNode: Node {
    let index: Int

    init(_ index: Int) { self.index = index }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { run.locals[index] }
}

/// A field of a record variable: one call for one column.
final class VariableFieldNode: Node {
    let slot: Int
    let field: Int
    let position: Position

    init(slot: Int, field: Int, at position: Position) {
        self.slot = slot
        self.field = field
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        do throws(EvaluationError) {
            return try run.bindings.field(field, at: slot)
        } catch {
            throw error.at(position)
        }
    }
}

/// An expression that was found to be wrong, where faults are left to the run.
final class FailureNode: Node {
    let error: EvaluationError

    init(_ error: EvaluationError) { self.error = error }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { throw error }
}
