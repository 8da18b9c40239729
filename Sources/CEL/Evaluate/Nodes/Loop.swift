/// The part all macros over elements share: the range, the variables and the cost of a turn.
struct Loop: Sendable {
    let range: any Node
    /// Index of the first variable; the second follows it.
    let local: Int
    let isPair: Bool
    /// Steps a turn takes: one, and one more for every eight nodes of the body.
    let weight: Int
    let position: Position

    /// The elements to run over.
    func elements(_ run: inout Evaluation) throws(EvaluationError) -> ElementSource {
        try ElementSource(try range.value(&run), isPair: isPair, at: position)
    }

    /// Sets the variables for one turn.
    @inline(__always)
    func bind(_ index: Int, of elements: ElementSource, _ run: inout Evaluation) throws(EvaluationError) {
        try run.meter.charge(weight)
        run.locals[local] = elements.first(index)
        if isPair { run.locals[local + 1] = elements.second(index) }
    }
}
