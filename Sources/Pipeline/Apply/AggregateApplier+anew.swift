import Guards
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

    /// The keys of the service's rows of legacy rows, where they follow from theirs, whether or not they are
    /// there.
    func serviceKeys(ofLegacy keys: [Key]) -> [Key] { keys.compactMap(translator.serviceKey(ofLegacy:)) }

    /// Keys of the service's rows that are there, as the store spells them: it may pad a text or respell an
    /// address.
    private func asStored(_ keys: [Key]) throws -> [Key] {
        var wanted = RowBuffer(columns: access.key.count)
        for key in keys { wanted.append(key.bytes) }
        if wanted.isEmpty { return [] }
        let keysOnly = TableAccess(table: access.table, columns: access.key, key: access.key)
        let found = try store.fetch(wanted, by: access.key, keysOnly).rows
        return (0..<found.count).map { found.key(of: $0, columns: Array(access.key.indices)) }
    }

    /// What is known of rows that were not met: their legacy keys; or, where the service's key follows from
    /// theirs and nothing else remembers them, the keys of the service's rows.
    func unmet(_ met: MetRows, _ scope: MetRows.Scope) throws -> (legacy: [Key], service: [Key]) {
        var legacy = try met.unmet(book.quarantined.keys.sorted(), scope)
        var service: Set<Key> = []
        if let references {
            try references.eachPage(Self.page) { keys in
                legacy += try met.unmet(keys.filter { book.quarantined[$0] == nil }, scope)
            }
        } else {
            try eachPage(of: access.table, access.key) { keys in
                service.formUnion(try met.unmet(keys, serviceScope))
            }
            if !service.isEmpty {
                try met.eachPage(serviceScope) { service.subtract(try asStored($0)) }
            }
        }
        return (legacy, service.sorted())
    }

    /// Applies again what the store refused, or what wanted a key that another had, while the store still
    /// held rows that are gone or as they were before they changed unseen: what history alone has set aside
    /// at one time, everything else in its order. What is refused even now stays set aside.
    func retryRefused(like group: ChangeGroup, mirrors: MirrorTables, counts: inout ApplyCounts) throws {
        let still = try refused().filter { $0.value.allSatisfy(\.isHistorical) }
        _ = try attempt(counts: &counts) {
            try retryTogether(still, like: group, mirrors: mirrors, counts: &$0)
        }
        let live = try refused().filter { still[$0.key] == nil }
        let order = live.keys.sorted()
        func tryAgain(_ keys: some Sequence<Key>) throws -> Bool {
            try attempt(counts: &counts) { counts in
                for key in keys {
                    try replay(
                        key, like: group, latestOnly: false, mirrors: mirrors, counts: &counts)
                }
            }
        }
        if try !tryAgain(order) {
            for key in order { _ = try tryAgain(CollectionOfOne(key)) }
        }
        // Of joined rows the last state is tried alone, in the place of all that led to it.
        if !aggregate.isSingleRow { try setAsideAgain(live) }
        try replayRings(
            Set(live.keys), like: group, latestOnly: false, mirrors: mirrors, counts: &counts)
    }

    /// Applies the last state of what still waits when nothing that is gone is left: for one another, in a
    /// ring, or for what it does not want any more. It is history, without a word of the changes on the way
    /// to it, and taken at one time where that is possible; what cannot be applied even then is set aside as
    /// it was.
    func takeLastStates(like group: ChangeGroup, mirrors: MirrorTables, counts: inout ApplyCounts) throws {
        if !Guard.ringGoesTogether.holds { return }
        func take(_ stuck: [Key: [QuarantineEntry]]) throws -> Bool {
            try attempt(counts: &counts) { counts in
                try retryTogether(
                    stuck.keys.sorted(), stuck, like: group, mirrors: mirrors, counts: &counts)
                try setAsideAgain(stuck)
                counts.stepsWithoutHistory += untold(stuck)
            }
        }
        var stuck = try refused()
        // Alone it waits for nobody: what is wrong with it is in it. Of several nobody can tell, because a
        // store does not say whose value is in the way.
        if stuck.count(where: { $0.value.first?.reason == "constraint" }) == 1 {
            stuck = stuck.filter { $0.value.first?.reason != "constraint" }
        }
        if try stuck.isEmpty || take(stuck) { return }
        for key in stuck.keys.sorted() where book.quarantined[key] != nil {
            _ = try take([key: quarantine.entries(of: aggregate.name, key)])
        }
    }

    /// Does something, unless the store refuses it: then everything is as it was.
    ///
    /// - Returns: Whether it was done.
    private func attempt(
        counts: inout ApplyCounts, _ body: (inout ApplyCounts) throws -> Void
    ) throws -> Bool {
        let before = book
        var done = ApplyCounts()
        do {
            try store.savepoint { try body(&done) }
        } catch let error as TargetError where error.code == .failed {
            book = before
            return false
        }
        counts += done
        return true
    }

    /// The live changes among what was set aside and is so no longer: nobody was told of them.
    private func untold(_ before: [Key: [QuarantineEntry]]) -> Int {
        if events.isEmpty { return 0 }
        return before.filter { book.quarantined[$0.key] == nil }.values.joined().count { !$0.isHistorical }
    }

    /// Sets aside as they were those of these keys that are set aside still, for whatever reason, with
    /// everything that led to their last state.
    private func setAsideAgain(_ before: [Key: [QuarantineEntry]]) throws {
        let left = try setAside().filter { before[$0.key] != nil }
        for (key, entries) in left.sorted(by: { $0.key < $1.key }) {
            try quarantine.remove(entries)
            book.free(key)
            let earlier = before[key] ?? []
            for entry in earlier { note(entry) }
            try quarantine.append(earlier)
        }
    }

    /// What is set aside, by key, in order.
    private func setAside() throws -> [Key: [QuarantineEntry]] {
        if book.quarantined.isEmpty { return [:] }
        return Dictionary(
            grouping: try quarantine.entries().filter { $0.aggregate == aggregate.name }, by: \.legacyKey
        ).mapValues { entries in entries.sorted { $0.entry < $1.entry } }
    }

    /// What is set aside for a reason that goes away with what is gone, by key.
    func refused() throws -> [Key: [QuarantineEntry]] {
        try setAside().filter { _, line in
            line.first?.reason == "constraint" || line.first?.reason == "identity_ambiguous"
        }
    }

    private func retryTogether(
        _ entries: [Key: [QuarantineEntry]], like group: ChangeGroup, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws {
        let keys = entries.keys.sorted()
        for start in stride(from: 0, to: keys.count, by: Self.page) {
            let some = Array(keys[start..<min(start + Self.page, keys.count)])
            try retryTogether(some, entries, like: group, mirrors: mirrors, counts: &counts)
        }
    }

    private func retryTogether(
        _ keys: [Key], _ entries: [Key: [QuarantineEntry]], like group: ChangeGroup, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws {
        let rows = keys.map { key in
            var all = (entries[key] ?? []).sorted { $0.entry < $1.entry }
            for place in all.indices { all[place].conform(to: rootTable) }
            let image = lastImage(of: all)
            return (key: key, image: image, cause: RootRows.Cause.lastState(image))
        }
        for key in keys {
            try quarantine.remove(entries[key] ?? [])
            book.free(key)
        }
        var step = AggregateStep(
            group: gone(group), roots: RootRows(replay: rows), hasHistory: false, knownRoots: [])
        step.active = Array(keys.indices)
        try run(step, mirrors: mirrors, counts: &counts)
    }

    /// Applies that legacy rows are gone. What is set aside of such a row stays, and its end waits behind it.
    func remove(
        _ keys: [Key], like group: ChangeGroup, _ mirrors: MirrorTables, _ history: HistoryBook,
        counts: inout ApplyCounts
    ) throws {
        if keys.isEmpty { return }
        try apply(
            gone(group), to: RootRows(replay: rows(keys)), mirrors: mirrors, history: history, knownRoots: [],
            counts: &counts)
    }

    /// Removes rows of the service's that no legacy row stands behind any more.
    func removeServiceRows(_ keys: [Key], like group: ChangeGroup, counts: inout ApplyCounts) throws {
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
