/// `a && b`, in which a false side decides whatever becomes of the other.
final class AndNode: Node {
    let left: any Node
    let right: any Node
    let position: Position

    init(_ left: any Node, _ right: any Node, at position: Position) {
        self.left = left
        self.right = right
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let first: Bool
        do throws(EvaluationError) {
            first = try left.test(&run)
        } catch {
            if error.isAbsorbable, try !right.test(&run) { return false }
            throw error.at(position)
        }
        guard first else { return false }
        return try right.test(&run)
    }
}

/// `a || b`, in which a true side decides whatever becomes of the other.
final class OrNode: Node {
    let left: any Node
    let right: any Node
    let position: Position

    init(_ left: any Node, _ right: any Node, at position: Position) {
        self.left = left
        self.right = right
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let first: Bool
        do throws(EvaluationError) {
            first = try left.test(&run)
        } catch {
            if error.isAbsorbable, try right.test(&run) { return true }
            throw error.at(position)
        }
        if first { return true }
        return try right.test(&run)
    }
}

/// The opposite: `!a`.
final class NotNode: Node {
    let operand: any Node
    let position: Position

    init(_ operand: any Node, at position: Position) {
        self.operand = operand
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        do throws(EvaluationError) {
            return try !operand.test(&run)
        } catch {
            throw error.at(position)
        }
    }
}

/// `condition ? a : b`; only the taken branch runs.
final class ConditionalNode: Node {
    let condition: any Node
    let positive: any Node
    let negative: any Node
    let position: Position

    init(_ condition: any Node, _ positive: any Node, _ negative: any Node, at position: Position) {
        self.condition = condition
        self.positive = positive
        self.negative = negative
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        try choose(&run).value(&run)
    }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool { try choose(&run).test(&run) }

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 { try choose(&run).int(&run) }

    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double { try choose(&run).double(&run) }

    private func choose(_ run: inout Evaluation) throws(EvaluationError) -> any Node {
        do throws(EvaluationError) {
            return try condition.test(&run) ? positive : negative
        } catch {
            throw error.at(position)
        }
    }
}
