import CrashPoints
import Model

/// Changes that could not be translated or applied, and those that wait behind them: kept in order per key,
/// in the target.
struct Quarantine {
    private let context: String
    /// The mapping under which entries are stored.
    let mapping: String
    private let store: any TargetStore
    private let access: TableAccess

    init(context: String, mapping: String, store: any TargetStore) {
        self.context = context
        self.mapping = mapping
        self.store = store
        let table = OwnedTables.quarantine
        access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
    }

    /// Everything that is set aside in this context, in key and entry order.
    func entries() throws -> [QuarantineEntry] {
        let rows = try store.scan(access)
        return (0..<rows.count).compactMap { QuarantineEntry(rows.cells(of: $0)) }.filter {
            $0.context == context
        }
    }

    /// What is set aside of one key of a kind of aggregate, in order.
    func entries(of aggregate: String, _ key: Key) throws -> [QuarantineEntry] {
        var wanted = RowBuffer(columns: 3)
        wanted.beginRow()
        append(aggregate, key, to: &wanted)
        let rows = try store.fetch(wanted, by: Array(access.key.prefix(3)), access).rows
        return (0..<rows.count).compactMap { QuarantineEntry(rows.cells(of: $0)) }
            .sorted { $0.entry < $1.entry }
    }

    private func append(_ aggregate: String, _ key: Key, to rows: inout RowBuffer) {
        RowWriter.text(context, &rows.bytes)
        RowWriter.text(aggregate, &rows.bytes)
        RowWriter.bytes(key.bytes, kind: .bytes, &rows.bytes)
    }

    /// Appends entries; each key's go on from the number that `book` holds.
    func append(_ entries: [QuarantineEntry]) throws {
        if entries.isEmpty { return }
        var rows = RowBuffer(columns: access.columns.count)
        for var entry in entries {
            entry.mapping = mapping
            entry.encode(into: &rows)
        }
        if let refusal = try store.upsert(rows, access).first {
            throw TargetError(
                .tampered, "the quarantine refuses a row: \(refusal.message)",
                hint: "constraints were added to a table of Banyan's own; remove them")
        }
        try crashPoint(.quarantineInserted, as: TargetError.self)
    }

    /// Forgets the entries of a key.
    func remove(_ entries: [QuarantineEntry]) throws {
        var keys = RowBuffer(columns: 4)
        for entry in entries {
            keys.beginRow()
            append(entry.aggregate, entry.legacyKey, to: &keys)
            RowWriter.integer(Int64(entry.entry), &keys.bytes)
        }
        if !keys.isEmpty { try store.delete(keys, access) }
    }
}
