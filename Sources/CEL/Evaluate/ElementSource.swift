/// What a macro runs over: the elements of a list or the entries of a map.
struct ElementSource {
    private enum Storage {
        case list(ListValue)
        case map(MapValue)
    }

    private let storage: Storage
    let count: Int
    /// Whether the macro names two variables.
    let isPair: Bool

    init(_ value: Value, isPair: Bool, at position: Position) throws(EvaluationError) {
        self.isPair = isPair
        switch value {
        case .list(let list):
            storage = .list(list)
            count = list.count
        case .map(let map):
            storage = .map(map)
            count = map.count
        default:
            throw EvaluationError(
                .noSuchOverload, "a macro runs over a list or map, found \(value.type.name)",
                position: position)
        }
    }

    /// What the first variable is at this index.
    func first(_ index: Int) -> Value {
        switch storage {
        case .list(let list): isPair ? .int(Int64(index)) : list[index]
        case .map(let map): map.entries[index].key
        }
    }

    /// What the second variable is at this index.
    func second(_ index: Int) -> Value {
        switch storage {
        case .list(let list): list[index]
        case .map(let map): map.entries[index].value
        }
    }
}

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
