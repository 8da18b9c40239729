import Model

/// Remembers which keys legacy has of a table whose copy holds them in another order: there, rows that legacy
/// lacks are found when everything has been read, and not range by range.
struct StrayKeys {
    /// Whether the copy may order its keys otherwise than legacy does: decimals are numbers there, and digits
    /// here.
    let isNeeded: Bool
    private var known: Set<Key> = []
    /// The first frontier at which something was read.
    private(set) var start: Position?

    init(_ copy: TableSchema) {
        isNeeded = copy.key.contains { copy.columns[$0].kind == .decimal }
    }

    /// Notes the keys that a range of legacy holds at a frontier.
    mutating func note(_ keys: some Sequence<Key>, at frontier: Position) {
        guard isNeeded else { return }
        known.formUnion(keys)
        start = min(start ?? frontier, frontier)
    }

    /// Whether legacy was not found to have a key.
    func contains(_ key: Key) -> Bool { !known.contains(key) }
}
