/// `filter`, `map` and `transformList`: a list of chosen elements, or of what becomes of them.
final class CollectNode: Node {
    let loop: Loop
    let predicate: (any Node)?
    /// Nil to keep the element itself.
    let transform: (any Node)?

    init(_ loop: Loop, _ predicate: (any Node)?, _ transform: (any Node)?) {
        self.loop = loop
        self.predicate = predicate
        self.transform = transform
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let elements = try loop.elements(&run)
        var values: [Value] = []
        for index in 0..<elements.count {
            try loop.bind(index, of: elements, &run)
            do throws(EvaluationError) {
                if let predicate, try !predicate.test(&run) { continue }
                values.append(try transform?.value(&run) ?? elements.first(index))
            } catch {
                throw error.at(loop.position)
            }
        }
        return Value(values)
    }
}
