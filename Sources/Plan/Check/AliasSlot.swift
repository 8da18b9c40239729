import Model

/// One alias with its resolved table and join; the parts that could not be resolved are nil.
struct AliasSlot {
    var text: ReadText
    var table: TableSchema?
    var joins: Int?
    var pairs: [ReadBinding.Pair] = []
    var isBroken = false

    var name: String { text.alias.value }
    var cardinality: ReadBinding.Cardinality { text.cardinality }
}

extension [AliasSlot] {
    /// What each alias stands for when `root` is the row at hand; within a part, `part` is the `many` alias
    /// of its rows.
    func scopes(root: Int, part: Int? = nil) -> [AliasScope] {
        indices.map { scope(of: $0, root: root, part: part) }
    }

    private func scope(of index: Int, root: Int, part: Int?) -> AliasScope {
        if index == root || index == part { return .row(isNullable: false) }
        if self[index].isBroken { return .unknown }
        guard let joins = self[index].joins, joins != index else { return .unreachable }
        switch scope(of: joins, root: root, part: part) {
        case .row(let isNullable):
            let isUnderPart = part != nil && joins == part
            if !isUnderPart, let part, chain(to: index).contains(part) {
                return .tooFar(from: self[part].name)
            }
            switch self[index].cardinality {
            case .many: return isUnderPart ? .under(many: self[joins].name) : .rows
            // A part's other rows are looked up one step from its own row; a missing one is null.
            case .one: return .row(isNullable: isNullable || isUnderPart)
            case .optional: return .row(isNullable: true)
            case .root: return .unreachable
            }
        case .rows: return .under(many: self[joins].name)
        case .under(let many): return .under(many: many)
        case .tooFar(let part): return .tooFar(from: part)
        case .unreachable: return .unreachable
        case .unknown: return .unknown
        }
    }

    /// The alias, and those it joins to, up to the root: the outermost first.
    func chain(to index: Int) -> [Int] {
        var chain = [index]
        while let joins = self[chain[0]].joins, !chain.contains(joins) { chain.insert(joins, at: 0) }
        return chain
    }
}
