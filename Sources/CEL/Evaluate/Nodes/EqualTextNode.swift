/// `a == 'text'` or `a != 'text'`, bytewise.
final class EqualTextNode: Node {
    let operand: any Node
    let constant: Text
    /// The constant's UTF-8, compared without taking the text apart.
    let bytes: [UInt8]
    let isNegated: Bool

    init(_ operand: any Node, _ constant: Text, isNegated: Bool) {
        self.operand = operand
        self.constant = constant
        bytes = Array(constant.string.utf8)
        self.isNegated = isNegated
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        if let text = unsafe operand.text(&run) {
            // Both buffers live within the closure.
            return unsafe bytes.withUnsafeBytes { unsafe Octets.equal($0, text) } != isNegated
        }
        switch try operand.value(&run) {
        case .string(let text): return (text == constant) != isNegated
        case .opaque(let value): return value.isEqual(to: .string(constant)) != isNegated
        default: return isNegated
        }
    }
}
