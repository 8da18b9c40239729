/// `all` and `exists`: ends at the first element that decides, and passes over errors when one does.
final class QuantifierNode: Node {
    let loop: Loop
    let predicate: any Node
    /// The predicate's value that decides: false for `all`, true for `exists`.
    let deciding: Bool

    init(_ loop: Loop, _ predicate: any Node, deciding: Bool) {
        self.loop = loop
        self.predicate = predicate
        self.deciding = deciding
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let elements = try loop.elements(&run)
        var failure: EvaluationError?
        for index in 0..<elements.count {
            try loop.bind(index, of: elements, &run)
            do throws(EvaluationError) {
                if try predicate.test(&run) == deciding { return deciding }
            } catch {
                guard error.isAbsorbable else { throw error }
                try run.meter.charge(Meter.errorSteps)
                if failure == nil { failure = error.at(loop.position) }
            }
        }
        if let failure { throw failure }
        return !deciding
    }
}
