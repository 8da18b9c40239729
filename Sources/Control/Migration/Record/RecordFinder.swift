import Apply
import Model
import Plan

/// Finds what a key means in one aggregate: by its legacy key, its natural key or the service's key.
struct RecordFinder {
    /// One record that was found, or may be found in the log.
    struct Found: Hashable {
        var legacyKey: Key
        var naturalKey: Key?
        var serviceKey: Key?
        /// Whether the service's store knows of it.
        var isKnown: Bool
    }

    let context: CheckedContext
    let aggregate: CheckedAggregate
    let store: any TargetStore

    /// The records that a text may mean; those that the store does not know may still stand in the log.
    func find(_ text: String) throws -> [Found] {
        let root = context.reads[aggregate.root].table
        let legacy = KeyText.candidates(text, values: root.key.count)
        let natural = KeyText.candidates(text, values: aggregate.natural.count)
        var found = try references(legacy, by: [0, 1, 2])
        if found.isEmpty { found = try references(natural, by: OwnedTables.byNaturalKey) }
        if found.isEmpty {
            found = try references(
                KeyText.candidates(text, values: aggregate.table.key.count), by: [0, 1, 4])
        }
        if !found.isEmpty { return found }
        let aside = try setAside(legacy, natural)
        if !aside.isEmpty { return aside }
        return legacy.map { Found(legacyKey: $0, naturalKey: nil, serviceKey: nil, isKnown: false) }
    }

    /// What is set aside of a key, in order.
    func quarantine(of key: Key) throws -> [QuarantineEntry] {
        let rows = try rows(of: OwnedTables.quarantine, [key], by: [0, 1, 2])
        return (0..<rows.count).compactMap { QuarantineEntry(rows.cells(of: $0)) }
    }

    /// The alias of the row that a key waits for.
    func pending(of key: Key) throws -> String? {
        let rows = try rows(of: OwnedTables.pending, [key], by: [0, 1, 2])
        return rows.isEmpty ? nil : rows.cells(of: 0).last?.text
    }

    private func references(_ keys: [Key], by columns: [Int]) throws -> [Found] {
        let rows = try rows(of: OwnedTables.crossReference, keys, by: columns)
        return (0..<rows.count).map { row in
            let cells = rows.cells(of: row)
            return Found(
                legacyKey: Key(bytes: cells[2].bytes), naturalKey: Key(bytes: cells[3].bytes),
                serviceKey: Key(bytes: cells[4].bytes), isKnown: true)
        }
    }

    /// Records that have no cross-reference because they were never translated.
    private func setAside(_ legacy: [Key], _ natural: [Key]) throws -> [Found] {
        let aside = try rows(of: OwnedTables.quarantine, legacy, by: [0, 1, 2])
        var keys = (0..<aside.count).compactMap { QuarantineEntry(aside.cells(of: $0))?.legacyKey }
        let waiting = try rows(of: OwnedTables.pending, legacy, by: [0, 1, 2])
        keys += (0..<waiting.count).map { Key(bytes: waiting.cells(of: $0)[2].bytes) }
        if keys.isEmpty {
            let clashing = try rows(of: OwnedTables.quarantine, natural, by: [0, 1, 15])
            keys = (0..<clashing.count).compactMap { QuarantineEntry(clashing.cells(of: $0))?.legacyKey }
        }
        return Set(keys).sorted().map {
            Found(legacyKey: $0, naturalKey: nil, serviceKey: nil, isKnown: true)
        }
    }

    private func rows(of table: TableSchema, _ keys: [Key], by columns: [Int]) throws -> RowBuffer {
        var wanted = RowBuffer(columns: 3)
        for key in keys {
            wanted.beginRow()
            RowWriter.text(context.name, &wanted.bytes)
            RowWriter.text(aggregate.name, &wanted.bytes)
            RowWriter.bytes(key.bytes, kind: .bytes, &wanted.bytes)
        }
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        return try store.fetch(wanted, by: columns, access).rows
    }
}
