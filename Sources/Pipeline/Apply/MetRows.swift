import Model

/// The rows of legacy tables that were met since their history began to be read anew: what is known and not
/// among them in the end was deleted while nobody saw it.
///
/// Keys are kept in their canonical form, so that a number which the store spells in its own way is the same
/// key. Empty while no history is read anew.
struct MetRows {
    /// What a key tells apart.
    enum Kind: String {
        /// Rows of a legacy table, by its key.
        case legacy
        /// The service's rows of one kind of aggregate.
        case service
    }

    /// Rows that have one kind of key.
    struct Scope {
        var kind: Kind
        /// Of the legacy table, or of the aggregate.
        var name: String
        /// The columns of the key.
        var key: [ColumnSchema]
    }

    /// Keys that are looked at, or forgotten, at a time.
    private static let page = 1_000

    private let context: String
    private let store: any TargetStore
    private let access: TableAccess

    init(context: String, store: any TargetStore) {
        self.context = context
        self.store = store
        let table = OwnedTables.met
        access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
    }

    /// Notes keys as met.
    func note(_ keys: some Sequence<Key>, _ scope: Scope) throws {
        var rows = RowBuffer(columns: access.columns.count)
        var seen: Set<Key> = []
        for key in keys where seen.insert(key).inserted {
            append(key, scope, to: &rows)
            RowWriter.bytes(key.bytes, kind: .bytes, &rows.bytes)
        }
        if rows.isEmpty { return }
        if let refusal = try store.upsert(rows, access).first {
            throw TargetError(
                .tampered, "\(OwnedTables.met.name) refuses a row: \(refusal.message)",
                hint: "constraints were added to a table of Banyan's own; remove them")
        }
    }

    /// Those of some keys that were not met.
    func unmet(_ keys: [Key], _ scope: Scope) throws -> [Key] {
        var wanted = RowBuffer(columns: access.key.count)
        for key in keys { append(key, scope, to: &wanted) }
        if wanted.isEmpty { return [] }
        let found = try store.fetch(wanted, by: access.key, access)
        return zip(keys, found.groups).filter(\.1.isEmpty).map(\.0)
    }

    /// Every key of a scope as it was given, some at a time.
    func eachPage(_ scope: Scope, _ body: ([Key]) throws -> Void) throws {
        try eachPage(of: scope) { rows, own in
            try body(own.map { Key(bytes: rows.cells(of: $0)[4].bytes) })
        }
    }

    /// Forgets every key of a scope.
    func forget(_ scope: Scope) throws {
        try eachPage(of: scope) { rows, own in
            var keys = RowBuffer(columns: access.key.count)
            for row in own { keys.append(rows.key(of: row, columns: access.key).bytes) }
            if !keys.isEmpty { try store.delete(keys, access) }
        }
    }

    /// The rows of a scope, page by page; those of a page may be deleted.
    private func eachPage(of scope: Scope, _ body: (RowBuffer, [Int]) throws -> Void) throws {
        var after = start(scope)
        while true {
            let rows = try store.range(after: after, through: nil, limit: Self.page, access)
            let own = (0..<rows.count).filter { belongs(rows.cells(of: $0), scope) }
            try body(rows, own)
            guard own.count == Self.page else { return }
            after = rows.key(of: Self.page - 1, columns: access.key)
        }
    }

    private func start(_ scope: Scope) -> Key {
        var bytes = prefix(scope)
        RowWriter.bytes([], kind: .bytes, &bytes)
        return Key(bytes: bytes)
    }

    private func prefix(_ scope: Scope) -> [UInt8] {
        var bytes: [UInt8] = []
        for text in [context, scope.kind.rawValue, scope.name] { RowWriter.text(text, &bytes) }
        return bytes
    }

    private func belongs(_ cells: [OwnedCell], _ scope: Scope) -> Bool {
        cells[0].text == context && cells[1].text == scope.kind.rawValue && cells[2].text == scope.name
    }

    private func append(_ key: Key, _ scope: Scope, to rows: inout RowBuffer) {
        var canonical: [UInt8] = []
        CanonicalRow.append(key.bytes[...], columns: scope.key, to: &canonical)
        rows.beginRow()
        rows.bytes += prefix(scope)
        RowWriter.bytes(canonical, kind: .bytes, &rows.bytes)
    }
}
