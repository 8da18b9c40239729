package import Model

/// The cross-reference of one aggregate: legacy key ↔ natural key ↔ service key.
package struct CrossReferences {
    /// One row of it.
    package struct Entry: Equatable {
        /// The key of the root row in legacy.
        package var legacyKey: Key
        /// The natural key in the service's language.
        package var naturalKey: Key
        /// The key of the service's row.
        package var serviceKey: Key
    }

    private let store: any TargetStore
    private let prefix: [UInt8]
    private let access: TableAccess

    /// The cross-reference of one aggregate of a context.
    package init(context: String, aggregate: String, store: any TargetStore) {
        self.store = store
        var prefix: [UInt8] = []
        RowWriter.text(context, &prefix)
        RowWriter.text(aggregate, &prefix)
        self.prefix = prefix
        let table = OwnedTables.crossReference
        access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
    }

    /// The entries of these legacy keys; nil where there is none.
    package func entries(legacyKeys: [Key]) throws -> [Entry?] {
        try fetch(legacyKeys, by: OwnedTables.crossReference.key)
    }

    /// The entries of these natural keys; nil where there is none.
    func entries(naturalKeys: [Key]) throws -> [Entry?] {
        try fetch(naturalKeys, by: OwnedTables.byNaturalKey)
    }

    /// The entries of these service keys; nil where there is none.
    func entries(serviceKeys: [Key]) throws -> [Entry?] {
        try fetch(serviceKeys, by: OwnedTables.byServiceKey)
    }

    /// The entries that hold these claims; nil where nobody does.
    func holders(of claims: [Claim]) throws -> [Claim: Entry] {
        var holders: [Claim: Entry] = [:]
        for kind in Claim.Kind.allCases {
            let wanted = claims.filter { $0.kind == kind }
            if wanted.isEmpty { continue }
            let keys = wanted.map(\.key)
            let found = kind == .natural ? try entries(naturalKeys: keys) : try entries(serviceKeys: keys)
            for (claim, entry) in zip(wanted, found) { holders[claim] = entry }
        }
        return holders
    }

    /// Every legacy key, some at a time, in no order that means anything; entries may be deleted meanwhile.
    func eachPage(_ size: Int, _ body: ([Key]) throws -> Void) throws {
        var bytes = prefix
        RowWriter.bytes([], kind: .bytes, &bytes)
        var after = Key(bytes: bytes)
        let keys = TableAccess(table: access.table, columns: access.key, key: access.key)
        while true {
            let rows = try store.range(after: after, through: nil, limit: size, keys)
            let own = (0..<rows.count).prefix { rows[$0].starts(with: prefix) }
            try body(own.map { Key(bytes: rows.cells(of: $0)[2].bytes) })
            guard own.count == size else { return }
            after = rows.key(of: size - 1, columns: Array(keys.key.indices))
        }
    }

    func delete(_ legacyKeys: [Key]) throws {
        if legacyKeys.isEmpty { return }
        var keys = RowBuffer(columns: 3)
        for key in legacyKeys { append(key, to: &keys) }
        try store.delete(keys, access)
    }

    func upsert(_ entries: [Entry]) throws {
        if entries.isEmpty { return }
        var rows = RowBuffer(columns: 5)
        for entry in entries {
            append(entry.legacyKey, to: &rows)
            RowWriter.bytes(entry.naturalKey.bytes, kind: .bytes, &rows.bytes)
            RowWriter.bytes(entry.serviceKey.bytes, kind: .bytes, &rows.bytes)
        }
        if let refusal = try store.upsert(rows, access).first {
            throw TargetError(
                .tampered, "the cross-reference refuses a row: \(refusal.message)",
                hint: "constraints were added to a table of Banyan's own; remove them")
        }
    }

    private func append(_ key: Key, to rows: inout RowBuffer) {
        rows.beginRow()
        rows.bytes += prefix
        RowWriter.bytes(key.bytes, kind: .bytes, &rows.bytes)
    }

    private func fetch(_ keys: [Key], by columns: [Int]) throws -> [Entry?] {
        var wanted = RowBuffer(columns: 3)
        for key in keys { append(key, to: &wanted) }
        let found = try store.fetch(wanted, by: columns, access)
        return found.groups.map { group in
            group.first.map { row in
                let cells = found.rows.cells(of: row)
                return Entry(
                    legacyKey: Key(bytes: cells[2].bytes), naturalKey: Key(bytes: cells[3].bytes),
                    serviceKey: Key(bytes: cells[4].bytes))
            }
        }
    }
}
