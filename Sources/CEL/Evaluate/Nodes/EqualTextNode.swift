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
