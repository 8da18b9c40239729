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
