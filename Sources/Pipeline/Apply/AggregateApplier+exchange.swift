import Model
import Plan
import Translate

extension AggregateApplier {
    /// Whether two aggregates may hand something to one another that only one may have.
    var mayExchange: Bool { references != nil || !uniqueColumns.isEmpty }

    /// The columns of each unique key of the service's table besides its own key, as places in a written row;
    /// those that are written as a whole.
    private var uniqueColumns: [[Int]] {
        aggregate.table.uniqueKeys.compactMap { columns in
            let places = columns.compactMap { access.columns.firstIndex(of: $0) }
            return places.count == columns.count && Set(columns) != Set(access.key) ? places : nil
        }
    }

    /// What each of these roots has and wants that only one may have: natural keys, service keys, unique
    /// values.
    ///
    /// - Parameter roots: With the images, and the copies in the state, after the step that they are of.
    func exchanged(_ roots: RootRows, of group: ChangeGroup, mirrors: MirrorTables) throws -> [[Key]] {
        var step = AggregateStep(group: group, roots: roots, hasHistory: false, knownRoots: [])
        step.active = Array(roots.keys.indices)
        var set = translator.makeSet()
        try translate(step, mirrors: mirrors, into: &set)
        try resolve(&step, set)
        var keys = RowBuffer(columns: access.key.count)
        for previous in step.previous.compactMap(\.self) { keys.append(previous.serviceKey.bytes) }
        let held = keys.isEmpty ? nil : try store.fetch(keys, by: access.key, access)
        var groups = held?.groups[...] ?? []
        return set.items.enumerated().map { index, item in
            var things: [Key] = []
            if let previous = step.previous[index] {
                things += [tagged(0, previous.naturalKey), tagged(1, previous.serviceKey)]
                if let row = groups.popFirst()?.first, let held { things += unique(held.rows, row) }
            }
            if let row = item.row {
                things += [item.naturalKey.map { tagged(0, $0) }, item.serviceKey.map { tagged(1, $0) }]
                    .compactMap(\.self)
                things += unique(set.rows, row)
            }
            return things
        }
    }

    private func unique(_ rows: RowBuffer, _ row: Int) -> [Key] {
        uniqueColumns.enumerated().compactMap { number, columns in
            let key = rows.key(of: row, columns: columns)
            return key.hasNull || key.hasAbsent ? nil : tagged(2 + number, key)
        }
    }

    private func tagged(_ kind: Int, _ key: Key) -> Key {
        var bytes: [UInt8] = []
        RowWriter.integer(Int64(kind), &bytes)
        return Key(bytes: bytes + key.bytes)
    }
}
