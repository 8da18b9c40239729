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
                if failure == nil { failure = error.at(loop.position) }
            }
        }
        if let failure { throw failure }
        return !deciding
    }
}

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
