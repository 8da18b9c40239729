/// Arithmetic on values of any type, with a library's overloads for its own types.
final class ArithmeticNode: Node {
    let operation: BinaryOperator
    let left: any Node
    let right: any Node
    let extensions: [PreparedOverload]
    let position: Position

    init(
        _ operation: BinaryOperator, _ left: any Node, _ right: any Node, _ extensions: [PreparedOverload],
        at position: Position
    ) {
        self.operation = operation
        self.left = left
        self.right = right
        self.extensions = extensions
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let a = try left.value(&run)
        let b = try right.value(&run)
        do throws(EvaluationError) {
            if let result = try Arithmetic.apply(operation, a, b, &run.meter) { return result }
            for overload in extensions where overload.admits([a, b]) {
                return try overload.apply([a, b], &run.meter)
            }
            throw EvaluationError.noOverload(operation, a, b)
        } catch {
            throw error.at(position)
        }
    }
}

/// Arithmetic on two ints.
final class IntArithmeticNode: Node {
    let operation: BinaryOperator
    let left: any Node
    let right: any Node
    let position: Position

    init(_ operation: BinaryOperator, _ left: any Node, _ right: any Node, at position: Position) {
        self.operation = operation
        self.left = left
        self.right = right
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .int(try int(&run)) }

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 {
        do throws(EvaluationError) {
            return try Arithmetic.integer(operation, try left.int(&run), try right.int(&run))
        } catch {
            throw error.at(position)
        }
    }
}

/// Arithmetic on two doubles.
final class DoubleArithmeticNode: Node {
    let operation: BinaryOperator
    let left: any Node
    let right: any Node
    let position: Position

    init(_ operation: BinaryOperator, _ left: any Node, _ right: any Node, at position: Position) {
        self.operation = operation
        self.left = left
        self.right = right
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .double(try double(&run)) }

    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double {
        do throws(EvaluationError) {
            let (a, b) = (try left.double(&run), try right.double(&run))
            guard let result = Arithmetic.double(operation, a, b) else {
                throw EvaluationError.noOverload(operation, .double(a), .double(b))
            }
            return result
        } catch {
            throw error.at(position)
        }
    }
}

/// `-a`, with a library's overloads for its own types.
final class NegateNode: Node {
    let operand: any Node
    let extensions: [PreparedOverload]
    let position: Position

    init(_ operand: any Node, _ extensions: [PreparedOverload], at position: Position) {
        self.operand = operand
        self.extensions = extensions
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try operand.value(&run)
        do throws(EvaluationError) {
            switch value {
            case .int(let number):
                guard number != .min else { throw Arithmetic.overflow() }
                return .int(-number)
            case .double(let number): return .double(-number)
            default: break
            }
            for overload in extensions where overload.admits([value]) {
                return try overload.apply([value], &run.meter)
            }
            throw EvaluationError(.noSuchOverload, "operator - does not take (\(value.type.name))")
        } catch {
            throw error.at(position)
        }
    }
}
