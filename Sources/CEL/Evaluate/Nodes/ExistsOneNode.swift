/// `exists_one`: looks at every element, and any error is an error.
final class ExistsOneNode: Node {
    let loop: Loop
    let predicate: any Node

    init(_ loop: Loop, _ predicate: any Node) {
        self.loop = loop
        self.predicate = predicate
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let elements = try loop.elements(&run)
        var count = 0
        for index in 0..<elements.count {
            try loop.bind(index, of: elements, &run)
            do throws(EvaluationError) {
                if try predicate.test(&run) { count += 1 }
            } catch {
                throw error.at(loop.position)
            }
        }
        return count == 1
    }
}
