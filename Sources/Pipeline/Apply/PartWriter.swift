import Model
import Plan
import Translate

/// Writes one kind of part: after a step the child rows of an aggregate are exactly those that were
/// translated.
final class PartWriter {
    private let part: CheckedPart
    private let access: TableAccess
    private let store: any TargetStore
    private let parentInRow: [Int]
    private let keyInRow: [Int]

    init(part: CheckedPart, columns: [Int], store: any TargetStore) {
        self.part = part
        self.store = store
        let mapped = part.table.key.allSatisfy(columns.contains) && !part.table.key.isEmpty
        access = TableAccess(
            table: part.table, columns: columns, key: mapped ? part.table.key : part.parent + part.key)
        parentInRow = part.parent.compactMap { columns.firstIndex(of: $0) }
        keyInRow = access.keyInRow
    }

    /// The child rows that the target holds for these aggregates.
    func existing(_ serviceKeys: [Key]) throws -> RowGroups {
        var keys = RowBuffer(columns: part.parent.count)
        for key in serviceKeys { keys.append(key.bytes) }
        return try store.fetch(keys, by: part.parent, access)
    }

    /// Deletes what is held and not wanted, and whatever refers to an aggregate that goes away: where a
    /// part's key does not hold its parent's, a wanted one is made again under another parent.
    func delete(_ held: RowGroups, except wanted: Set<Key>, of gone: Set<Key>) throws {
        var removed = RowBuffer(columns: access.key.count)
        for row in 0..<held.rows.count {
            let key = held.rows.key(of: row, columns: keyInRow)
            let parent = held.rows.key(of: row, columns: parentInRow)
            if gone.contains(parent) || !wanted.contains(key) { removed.append(key.bytes) }
        }
        if !removed.isEmpty { try store.delete(removed, access) }
    }

    /// Writes rows; returns the refusals by row.
    func upsert(_ rows: RowBuffer) throws -> [RowRefusal] {
        rows.isEmpty ? [] : try store.upsert(rows, access)
    }

    /// The keys of rows.
    func keys(of rows: RowBuffer, in range: Range<Int>) -> [Key] {
        range.map { rows.key(of: $0, columns: keyInRow) }
    }
}
