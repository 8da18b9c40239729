/// `transformMap`: the chosen keys with new values.
final class TransformMapNode: Node {
    let loop: Loop
    let predicate: (any Node)?
    let transform: any Node

    init(_ loop: Loop, _ predicate: (any Node)?, _ transform: any Node) {
        self.loop = loop
        self.predicate = predicate
        self.transform = transform
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let elements = try loop.elements(&run)
        var entries: [(key: Value, value: Value)] = []
        do throws(EvaluationError) {
            for index in 0..<elements.count {
                try loop.bind(index, of: elements, &run)
                if let predicate, try !predicate.test(&run) { continue }
                entries.append((elements.first(index), try transform.value(&run)))
            }
            return .map(try MapValue(entries))
        } catch {
            throw error.at(loop.position)
        }
    }
}
