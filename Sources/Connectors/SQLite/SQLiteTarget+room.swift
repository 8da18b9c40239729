import Apply
import Model
import SQLite

extension SQLiteTarget {
    /// Rows that stand in each other's way (two that swap a unique value) are taken out together and put
    /// back.
    ///
    /// What is refused even then is left out, and the others are tried without it, so that one row that no
    /// schema would take does not keep a swap beside it from happening.
    func makeRoom(_ rows: RowBuffer, _ refused: [RowRefusal], _ access: TableAccess) throws -> [RowRefusal] {
        var wanted = refused
        var hopeless: [RowRefusal] = []
        while wanted.count > 1 {
            let left = try exchange(rows, wanted.map(\.row), access)
            if left.isEmpty { return hopeless.sorted { $0.row < $1.row } }
            hopeless += left
            wanted.removeAll { refusal in left.contains { $0.row == refusal.row } }
        }
        return (hopeless + wanted).sorted { $0.row < $1.row }
    }

    /// Takes the rows out and puts them back with their new values; changes nothing when one is refused.
    private func exchange(_ rows: RowBuffer, _ wanted: [Int], _ access: TableAccess) throws -> [RowRefusal] {
        let whole = Self.whole(access)
        do {
            try savepoint {
                var keys = RowBuffer(columns: access.key.count)
                for row in wanted { keys.append(rows.key(of: row, columns: access.keyInRow).bytes) }
                let held = try fetch(keys, by: access.key, whole)
                try delete(keys, access)
                var left: [RowRefusal] = []
                for (index, row) in wanted.enumerated() {
                    let refusals =
                        if let place = held.groups[index].first {
                            try put(Self.merge(rows, row, access, into: held.rows, place, whole), whole)
                        } else {
                            try put(rows[row], access)
                        }
                    left += refusals.map { RowRefusal(row: row, reason: $0.reason, message: $0.message) }
                }
                if !left.isEmpty { throw NoRoom(left: left) }
            }
            return []
        } catch let noRoom as NoRoom {
            return noRoom.left
        }
    }

    private func put(_ row: some Collection<UInt8>, _ access: TableAccess) throws -> [RowRefusal] {
        var one = RowBuffer(columns: access.columns.count)
        one.append(row)
        let statement = try wrapping {
            try self.statement(.upsert, access) { SQLiteTargetSQL.upsert(access) }
        }
        return try write(one, [0], statement, access)
    }

    /// Every column that can be written, read and written back as SQLite holds it.
    private static func whole(_ access: TableAccess) -> TableAccess {
        var table = access.table
        for column in table.columns.indices { table.columns[column].kind = .text }
        let columns = table.columns.indices.filter { !table.columns[$0].isGenerated }
        return TableAccess(table: table, columns: columns, key: access.key)
    }

    /// The held row with the new values in it: the service's own columns stay.
    private static func merge(
        _ rows: RowBuffer, _ row: Int, _ access: TableAccess, into held: RowBuffer, _ place: Int,
        _ whole: TableAccess
    ) -> [UInt8] {
        let new = Key(bytes: Array(rows[row]))
        let old = Key(bytes: Array(held[place]))
        var merged: [UInt8] = []
        for (position, column) in whole.columns.enumerated() {
            if let source = access.columns.firstIndex(of: column) {
                new.appendValue(source, to: &merged)
            } else {
                old.appendValue(position, to: &merged)
            }
        }
        return merged
    }

    private struct NoRoom: Error {
        let left: [RowRefusal]
    }
}
