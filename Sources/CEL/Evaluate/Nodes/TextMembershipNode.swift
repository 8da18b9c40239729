/// `a in ['x', 'y']`: one look into a table of the constant texts.
final class TextMembershipNode: Node {
    let element: any Node
    let table: TextTable

    init(_ element: any Node, in table: TextTable) {
        self.element = element
        self.table = table
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        switch try element.value(&run) {
        case .string(let text): table.index(of: text) != nil
        case .opaque(let value): table.texts.contains { value.isEqual(to: .string($0)) }
        default: false
        }
    }
}
