/// `a in b` of values of any type.
final class MembershipNode: Node {
    let element: any Node
    let container: any Node
    let extensions: [PreparedOverload]
    let position: Position

    init(_ element: any Node, in container: any Node, _ extensions: [PreparedOverload], at position: Position)
    {
        self.element = element
        self.container = container
        self.extensions = extensions
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let value = try element.value(&run)
        let container = try container.value(&run)
        do throws(EvaluationError) {
            for overload in extensions where overload.admits([value, container]) {
                let result = try overload.apply([value, container], &run.meter)
                guard case .bool(let isMember) = result else {
                    throw EvaluationError.unexpected(result, needed: .bool)
                }
                return isMember
            }
            return try Equality.contains(container, value, &run.meter)
        } catch {
            throw error.at(position)
        }
    }
}
