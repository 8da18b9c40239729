import Model
import Plan
import Translate

extension AggregateApplier {
    /// Rows of the service's that are looked at at a time.
    static let page = 1_000

    /// Whether the aggregate is made of single rows of a table.
    func isSingleRow(of table: String) -> Bool { aggregate.isSingleRow && rootTable.name == table }

    /// Whether it is, and the service's key follows from the row's: then nothing else remembers which legacy
    /// rows are known.
    func isKeyed(by table: String) -> Bool { isSingleRow(of: table) && references == nil }

    /// The service's rows, by their own key.
    var serviceScope: MetRows.Scope {
        MetRows.Scope(
            kind: .service, name: aggregate.name, key: access.key.map { access.table.columns[$0] })
    }

    /// The service's keys of legacy rows, where they follow from theirs.
    func serviceKeys(ofLegacy keys: [Key]) -> [Key] { keys.compactMap(translator.serviceKey(ofLegacy:)) }

    /// Removes the aggregates of rows that were not met; what is set aside of such a row ends with its end.
    func removeUnmet(
        _ met: MetRows, _ scope: MetRows.Scope, like group: ChangeGroup, _ mirrors: MirrorTables,
        _ history: HistoryBook, counts: inout ApplyCounts
    ) throws {
        let setAside = book.quarantined.keys.sorted()
        try remove(try met.unmet(setAside, scope), like: group, mirrors, history, counts: &counts)
        guard let references else {
            return try eachPage(of: access.table, access.key) { keys in
                try removeServiceRows(try met.unmet(keys, serviceScope), like: group, counts: &counts)
            }
        }
        try references.eachPage(Self.page) { keys in
            try remove(try met.unmet(keys, scope), like: group, mirrors, history, counts: &counts)
        }
    }

    /// Applies that legacy rows are gone.
    private func remove(
        _ keys: [Key], like group: ChangeGroup, _ mirrors: MirrorTables, _ history: HistoryBook,
        counts: inout ApplyCounts
    ) throws {
        if keys.isEmpty { return }
        try apply(
            gone(group), to: RootRows(replay: rows(keys)), mirrors: mirrors, history: history, knownRoots: [],
            counts: &counts)
    }

    private func removeServiceRows(_ keys: [Key], like group: ChangeGroup, counts: inout ApplyCounts) throws {
        if keys.isEmpty { return }
        var set = translator.makeSet()
        set.items = keys.map { key in
            var item = Translation(legacyKey: key, outcome: .excluded)
            item.serviceKey = key
            return item
        }
        var step = AggregateStep(
            group: gone(group), roots: RootRows(replay: rows(keys)), hasHistory: false, knownRoots: [])
        step.active = Array(keys.indices)
        try resolve(&step, set)
        try write(step, set, counts: &counts)
    }

    private func rows(_ keys: [Key]) -> [(key: Key, image: [UInt8]?, cause: RootRows.Cause)] {
        keys.map { (key: $0, image: nil, cause: RootRows.Cause.lastState(nil)) }
    }

    /// A step of history at a chunk's place.
    private func gone(_ group: ChangeGroup) -> ChangeGroup {
        var gone = ChangeGroup(records: [])
        gone.origin = group.origin
        gone.chunk = .replay(context: context.name, table: rootTable.name)
        return gone
    }

    private func eachPage(of table: TableSchema, _ key: [Int], _ body: ([Key]) throws -> Void) throws {
        let access = TableAccess(table: table, columns: key, key: key)
        var after: Key?
        while true {
            let rows = try store.range(after: after, through: nil, limit: Self.page, access)
            let keys = (0..<rows.count).map { rows.key(of: $0, columns: Array(key.indices)) }
            try body(keys)
            guard rows.count == Self.page else { return }
            after = keys.last
        }
    }
}
