import Apply
import Model

/// One set of rows written to a memory table: refused is only what no order of writing would let in.
struct MemoryUpsert {
    let rows: RowBuffer
    let access: TableAccess

    /// Writes the rows; returns what the constraints refuse.
    func run(_ table: inout MemoryTable) -> [RowRefusal] {
        let unsent = (0..<rows.count).compactMap(unsent)
        let refused = Set(unsent.map(\.row))
        let sent = refused.isEmpty ? Array(0..<rows.count) : (0..<rows.count).filter { !refused.contains($0) }
        return (unsent + write(sent: sent, &table)).sorted { $0.row < $1.row }
    }

    private func write(sent: [Int], _ table: inout MemoryTable) -> [RowRefusal] {
        var left = write(sent, &table)
        while !left.isEmpty {
            let again = write(left.map(\.row), &table)
            if again.count == left.count { return makeRoom(again, &table) }
            left = again
        }
        return []
    }

    /// The refusal of a row with a value that its source did not send.
    private func unsent(_ row: Int) -> RowRefusal? {
        guard let place = MemoryRow.firstAbsent(rows[row], columns: rows.columns) else { return nil }
        let name = access.table.columns[access.columns[place]].name
        return RowRefusal(row: row, reason: "not_sent", message: "\(name) was not sent by its source")
    }

    /// The values of a row by column.
    func values(of row: Int) -> [[UInt8]?] {
        var values = [[UInt8]?](repeating: nil, count: access.table.columns.count)
        for (column, value) in zip(access.columns, MemoryRow.values(rows[row], columns: rows.columns)) {
            values[column] = value
        }
        return values
    }

    private func write(_ wanted: [Int], _ table: inout MemoryTable) -> [RowRefusal] {
        wanted.compactMap { row in
            table.write(values(of: row), key: access.key).map {
                RowRefusal(row: row, reason: "constraint", message: $0)
            }
        }
    }

    /// Takes rows that stand in each other's way out together and puts them back; without those that remain
    /// refused, again.
    private func makeRoom(_ refused: [RowRefusal], _ table: inout MemoryTable) -> [RowRefusal] {
        var wanted = refused
        var hopeless: [RowRefusal] = []
        while wanted.count > 1 {
            var attempt = table
            var held: [Int: [[UInt8]]] = [:]
            for refusal in wanted {
                let key = rows.key(of: refusal.row, columns: access.keyInRow)
                if let found = attempt.first(key, by: access.key) {
                    held[refusal.row] = attempt.remove(found.key)
                }
            }
            var left: [RowRefusal] = []
            for refusal in wanted {
                let old = held[refusal.row]
                let whole = values(of: refusal.row).enumerated().map { $1 ?? old?[$0] }
                if let words = attempt.write(whole, key: access.key) {
                    left.append(RowRefusal(row: refusal.row, reason: "constraint", message: words))
                }
            }
            if left.isEmpty {
                table = attempt
                return hopeless
            }
            hopeless += left
            wanted.removeAll { refusal in left.contains { $0.row == refusal.row } }
        }
        return (hopeless + wanted).sorted { $0.row < $1.row }
    }
}
