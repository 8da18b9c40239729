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
