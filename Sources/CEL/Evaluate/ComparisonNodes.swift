/// `a == b` or `a != b` of values of any type.
final class EqualNode: Node {
    let left: any Node
    let right: any Node
    let isNegated: Bool
    let isRepeated: Bool

    init(_ left: any Node, _ right: any Node, isNegated: Bool, isRepeated: Bool) {
        self.left = left
        self.right = right
        self.isNegated = isNegated
        self.isRepeated = isRepeated
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let a = try left.value(&run)
        let b = try right.value(&run)
        if isRepeated { try run.meter.charge(reading: a) }
        return try Equality.equal(a, b, &run.meter) != isNegated
    }
}

/// `a == 'text'` or `a != 'text'`, bytewise.
final class EqualTextNode: Node {
    let operand: any Node
    let constant: Text
    let isNegated: Bool

    init(_ operand: any Node, _ constant: Text, isNegated: Bool) {
        self.operand = operand
        self.constant = constant
        self.isNegated = isNegated
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        switch try operand.value(&run) {
        case .string(let text): (text == constant) != isNegated
        case .opaque(let value): value.isEqual(to: .string(constant)) != isNegated
        default: isNegated
        }
    }
}

/// `a < b` and the like of values of any type.
final class OrderNode: Node {
    let operation: BinaryOperator
    let left: any Node
    let right: any Node
    let isRepeated: Bool
    let position: Position

    init(
        _ operation: BinaryOperator, _ left: any Node, _ right: any Node, isRepeated: Bool,
        at position: Position
    ) {
        self.operation = operation
        self.left = left
        self.right = right
        self.isRepeated = isRepeated
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let a = try left.value(&run)
        let b = try right.value(&run)
        if isRepeated { try run.meter.charge(reading: a) }
        do throws(EvaluationError) {
            guard let order = try Ordering.compare(a, b, operation) else { return false }
            return operation.holds(order)
        } catch {
            throw error.at(position)
        }
    }
}

/// Comparison of two ints.
final class IntOrderNode: Node {
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

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            return operation.holds(try left.int(&run), try right.int(&run))
        } catch {
            throw error.at(position)
        }
    }
}

/// Comparison of two doubles; false when one is NaN, except `!=`.
final class DoubleOrderNode: Node {
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

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            return operation.holds(try left.double(&run), try right.double(&run))
        } catch {
            throw error.at(position)
        }
    }
}

extension BinaryOperator {
    /// Whether the comparison holds for two values of one type.
    @inline(__always)
    func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
        switch self {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .notEqual: a != b
        default: a == b
        }
    }

    /// Whether the comparison holds for values in this order.
    func holds(_ order: Int) -> Bool { holds(order, 0) }
}
