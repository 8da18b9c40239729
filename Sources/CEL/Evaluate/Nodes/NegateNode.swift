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
