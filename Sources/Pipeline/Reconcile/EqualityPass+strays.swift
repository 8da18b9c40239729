import Apply
import ChangeLog
import Model
import Plan

extension EqualityPass {
    /// The rows of a copy with these keys.
    func find(_ keys: some Sequence<Key>, _ access: TableAccess) throws -> RowBuffer {
        var wanted = RowBuffer(columns: access.key.count)
        for key in keys { wanted.append(key.bytes) }
        return try store.fetch(wanted, by: access.key, access).rows
    }

    /// Counts the rows of a copy that legacy was not found to have, where they could not be counted range by
    /// range; a key that changed since the comparison began is not judged.
    func extras(_ strays: StrayKeys, _ table: TableSchema, _ access: TableAccess) throws -> Int {
        guard strays.isNeeded else { return 0 }
        let keysOnly = TableAccess(table: access.table, columns: access.key, key: access.key)
        return try store.snapshot {
            try changed.read(to: try store.ledger(of: context.name)?.offset ?? .start)
            var extra = 0
            var after: Key?
            while true {
                let rows = try store.range(after: after, through: nil, limit: Self.chunkRows, keysOnly)
                let keys = (0..<rows.count).map { rows.key(of: $0, columns: Array(access.key.indices)) }
                extra += keys.count {
                    strays.contains($0)
                        && !changed.contains($0, of: table.name, since: strays.start ?? .start)
                }
                guard rows.count == Self.chunkRows else { return extra }
                after = keys.last
            }
        }
    }
}
