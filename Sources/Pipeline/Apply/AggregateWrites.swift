import Model
import Translate

/// What one step writes to the target, computed before anything is written.
struct AggregateWrites {
    /// The items that are written or removed: everything but what is set aside.
    var touched: [Int] = []
    /// The items behind each row of `rows`.
    var items: [Int] = []
    /// The items whose aggregate goes away.
    var removedItems: [Int] = []
    /// Rows to insert or update.
    var rows: RowBuffer
    /// Keys of service rows to delete: of aggregates that go away, and old keys of those whose key changes.
    /// What another item of the step takes over is not among them: its parts, and rows of others, refer to
    /// it.
    var gone: RowBuffer
    /// The same as keys.
    var goneKeys: Set<Key> = []
    /// For each kind of part its rows, with the item that owns each.
    var parts: [(rows: RowBuffer, owners: [Int])]
    /// Service keys before the step, by item; absent where there was no aggregate.
    var previousKey: [Int: Key] = [:]
    /// Legacy keys whose cross-reference goes away.
    var droppedReferences: [Key] = []
    /// Cross-references to write.
    var references: [CrossReferences.Entry] = []

    init(
        step: AggregateStep, set: TranslationSet, keyColumns: Int, without failures: Set<Int>
    ) {
        rows = RowBuffer(columns: set.rows.columns)
        gone = RowBuffer(columns: keyColumns)
        parts = set.parts.map { (RowBuffer(columns: $0.columns), []) }
        var left: [Key] = []
        var taken: Set<Key> = []
        for (index, item) in set.items.enumerated() where !failures.contains(index) {
            touched.append(index)
            let previous = step.previous[index]
            previousKey[index] = previous?.serviceKey
            switch item.outcome {
            case .row:
                add(index, item, previous, set)
                if let key = item.serviceKey { taken.insert(key) }
                if let previous, previous.serviceKey != item.serviceKey { left.append(previous.serviceKey) }
            case .excluded, .pending:
                remove(index, previous)
                if let previous { left.append(previous.serviceKey) }
            case .failed: continue
            }
        }
        goneKeys = Set(left).subtracting(taken)
        for key in left where goneKeys.contains(key) { gone.append(key.bytes) }
    }

    private mutating func add(
        _ index: Int, _ item: Translation, _ previous: CrossReferences.Entry?, _ set: TranslationSet
    ) {
        guard let row = item.row, let serviceKey = item.serviceKey, let naturalKey = item.naturalKey else {
            return
        }
        let reference = CrossReferences.Entry(
            legacyKey: item.legacyKey, naturalKey: naturalKey, serviceKey: serviceKey)
        if previous != reference {
            references.append(reference)
            if previous != nil { droppedReferences.append(item.legacyKey) }
        }
        items.append(index)
        rows.append(row, of: set.rows)
        for (kind, range) in item.parts.enumerated() {
            for part in range {
                parts[kind].rows.append(part, of: set.parts[kind])
                parts[kind].owners.append(index)
            }
        }
    }

    /// Every service key that the step touches, each once: the item that decides about it and the row that it
    /// then has, if any.
    func serviceKeys(_ set: TranslationSet) -> [(key: Key, item: Int, row: Int?)] {
        let written = Set(items)
        var places: [Key: Int] = [:]
        var keys: [(key: Key, item: Int, row: Int?)] = []
        func note(_ key: Key, _ item: Int, _ row: Int?) {
            guard let place = places[key] else {
                places[key] = keys.count
                return keys.append((key, item, row))
            }
            // Whoever has the key after the step decides about it.
            if row != nil { keys[place] = (key, item, row) }
        }
        for item in touched {
            if let previous = previousKey[item] { note(previous, item, nil) }
            if written.contains(item), let key = set.items[item].serviceKey {
                note(key, item, set.items[item].row)
            }
        }
        return keys
    }

    /// The roots that held service keys before the step.
    func holders(_ step: AggregateStep) -> [Key: Key] {
        var holders: [Key: Key] = [:]
        for (item, key) in previousKey { holders[key] = step.roots.keys[step.active[item]] }
        return holders
    }

    private mutating func remove(_ index: Int, _ previous: CrossReferences.Entry?) {
        guard let previous else { return }
        removedItems.append(index)
        droppedReferences.append(previous.legacyKey)
    }
}
