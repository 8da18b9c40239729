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
            guard error.isAbsorbable else { throw error }
            try run.meter.charge(Meter.errorSteps)
            if try right.test(&run) { return true }
            throw error.at(position)
        }
        if first { return true }
        return try right.test(&run)
    }
}
