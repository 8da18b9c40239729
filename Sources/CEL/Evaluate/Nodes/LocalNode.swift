/// A variable of a macro.
final class LocalNode: Node {
    let index: Int

    init(_ index: Int) { self.index = index }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { run.locals[index] }
}
