package import ChangeLog
package import Model
package import Plan
package import Translate

/// Copies of the legacy tables that joins are computed from, kept in the target and updated in the batch's
/// own transaction.
package final class MirrorTables {
    let store: any TargetStore
    let reads: [ReadBinding]
    private let context: String
    /// The copies by the legacy table's name.
    private(set) var copies: [String: TableSchema] = [:]

    /// Makes the copies that the aggregates need, with an index for each join.
    package init(context: CheckedContext, store: any TargetStore) throws {
        self.store = store
        reads = context.reads
        self.context = context.name
        var indexes: [String: Set<[Int]>] = [:]
        for aggregate in context.aggregates where !aggregate.isSingleRow {
            for alias in aggregate.uses {
                let read = reads[alias]
                copies[read.table.name] = OwnedTables.mirror(of: read.table, context: context.name)
                guard let joins = read.joins else { continue }
                indexes[read.table.name, default: []].insert(read.pairs.map(\.column))
                indexes[reads[joins].table.name, default: []].insert(read.pairs.map(\.joinedColumn))
            }
        }
        if !copies.isEmpty { try store.ensure(OwnedTables.gaps, indexes: []) }
        for name in copies.keys.sorted() {
            guard var copy = copies[name] else { continue }
            for column in Set((indexes[name] ?? []).joined()) {
                copy.columns[column].declaredType = OwnedTables.soughtType(copy.columns[column])
            }
            copies[name] = copy
            let wanted = (indexes[name] ?? []).filter { $0 != Array(copy.key.prefix($0.count)) }
            try noteGaps(of: copy, from: name, context)
            try store.ensure(copy, indexes: wanted.sorted { $0.lexicographicallyPrecedes($1) })
        }
    }

    /// Stands in the place of a column: nothing of the copy was kept up for a while.
    private static let everyColumn = ""

    /// Notes the columns that a copy did not have when it was filled: legacy may have given them values
    /// without a word, and nothing may ever be computed from them. They are noted before the copy gets them.
    private func noteGaps(of copy: TableSchema, from table: String, _ context: CheckedContext) throws {
        guard let held = try store.columns(of: copy) else { return }
        var known = try gaps(of: table)
        let missing = copy.columns.map(\.name).filter { !held.contains($0) && known.insert($0).inserted }
        if known.contains(Self.everyColumn) {
            throw TargetError(
                .schemaChanged,
                "the copy of \(table) was not kept up while the plan did not join it, and it is joined again",
                hint: "read history again under this plan, as docs/OPERATING.md says")
        }
        let used = context.columnsUsed(of: table).map { copy.columns[$0].name }
        if let column = used.sorted().first(where: known.contains) {
            throw TargetError(
                .schemaChanged,
                "the copy of \(table) was filled when there was no column \(column), of which the plan needs every "
                    + "value",
                hint: "read history again under this plan, as docs/OPERATING.md says")
        }
        if missing.isEmpty { return }
        try store.begin()
        do {
            try write(missing.map { (table, $0) })
            try store.commit()
        } catch {
            store.rollback()
            throw error
        }
    }

    /// Notes that nothing is copied any more of tables of which there are copies, in the open transaction:
    /// whatever they hold is that of now.
    func noteLeft(_ tables: [String]) throws {
        let left = try tables.filter { table in
            let copy = OwnedTables.mirror(
                of: TableSchema(name: table, columns: [], key: []), context: context)
            return try store.columns(of: copy) != nil
        }
        try write(left.map { ($0, Self.everyColumn) })
    }

    private static let gapAccess = TableAccess(
        table: OwnedTables.gaps, columns: Array(OwnedTables.gaps.columns.indices), key: OwnedTables.gaps.key)

    private func gaps(of table: String) throws -> Set<String> {
        let rows = try store.scan(Self.gapAccess)
        return Set(
            (0..<rows.count).compactMap { row -> String? in
                let cells = rows.cells(of: row)
                return cells[0].text == context && cells[1].text == table ? cells[2].text : nil
            })
    }

    private func write(_ gaps: [(table: String, column: String)]) throws {
        if gaps.isEmpty { return }
        var rows = RowBuffer(columns: OwnedTables.gaps.columns.count)
        for gap in gaps {
            rows.beginRow()
            for text in [context, gap.table, gap.column] { RowWriter.text(text, &rows.bytes) }
        }
        if let refusal = try store.upsert(rows, Self.gapAccess).first {
            throw TargetError(
                .tampered, "\(OwnedTables.gaps.name) refuses a row: \(refusal.message)",
                hint: "constraints were added to a table of Banyan's own; remove them")
        }
    }

    /// The legacy tables that are copied.
    var tables: Set<String> { Set(copies.keys) }

    /// Brings the copies to the state after a group: the last image of each key wins.
    func update(_ group: ChangeGroup) throws {
        for (name, copy) in copies.sorted(by: { $0.key < $1.key }) {
            var order: [Key] = []
            var last: [Key: ChangeGroup.Item?] = [:]
            func note(_ key: Key, _ item: ChangeGroup.Item?) {
                if last.updateValue(item, forKey: key) == nil { order.append(key) }
            }
            for item in group.items(of: name) {
                let before = group.key(of: item, image: group.change(item).before, columns: copy.key)
                let after = group.key(of: item, image: group.change(item).after, columns: copy.key)
                if let before, before != after { note(before, nil) }
                if let after { note(after, item) }
            }
            if order.isEmpty { continue }
            var gone = RowBuffer(columns: copy.key.count)
            var present = RowBuffer(columns: copy.columns.count)
            for key in order {
                guard let entry = last[key] else { continue }
                if let item = entry, let bytes = group.bytes(of: item, image: group.change(item).after) {
                    present.append(bytes)
                } else {
                    gone.append(key.bytes)
                }
            }
            let access = access(of: copy)
            if !gone.isEmpty { try store.delete(gone, access) }
            guard !present.isEmpty else { continue }
            let refusals = try store.upsert(present, access)
            if let refusal = refusals.first {
                throw TargetError(
                    .tampered, "the copy \(copy.name) refuses a row: \(refusal.message)",
                    hint: "constraints were added to a table of Banyan's own; remove them")
            }
        }
    }

    /// Whether the copy of a legacy table holds no row.
    func isEmpty(_ table: String) throws -> Bool {
        guard let copy = copies[table] else { return true }
        return try store.range(after: nil, through: nil, limit: 1, access(of: copy)).isEmpty
    }

    /// The legacy keys of root rows whose aggregate a group may have changed, each once, in the order of the
    /// changes.
    func roots(of aggregate: CheckedAggregate, touchedBy group: ChangeGroup) throws -> [Key] {
        var seen: Set<Key> = []
        var result: [Key] = []
        for alias in aggregate.uses {
            let read = reads[alias]
            let columns = alias == aggregate.root ? read.table.key : read.pairs.map(\.column)
            var values = RowBuffer(columns: columns.count)
            var known: Set<Key> = []
            for item in group.items(of: read.table.name) {
                for image in [group.change(item).before, group.change(item).after] {
                    guard let key = group.key(of: item, image: image, columns: columns), !key.hasNull,
                        known.insert(key).inserted
                    else { continue }
                    values.append(key.bytes)
                }
            }
            for key in try roots(of: aggregate, from: alias, values: values) where seen.insert(key).inserted {
                result.append(key)
            }
        }
        return result
    }

    /// The legacy keys of root rows whose aggregate records of the log may have changed.
    ///
    /// - Parameter context: Whose chunks of history count.
    package func roots(
        of aggregate: CheckedAggregate, touchedIn records: [LogRecord], context: String
    ) throws -> Set<Key> {
        let groups = ChangeGroup.cut(records, context: context, keepsBoundaries: false)
        return Set(try groups.flatMap { try roots(of: aggregate, touchedBy: $0) })
    }

    /// Follows joins from an alias up to the root.
    private func roots(of aggregate: CheckedAggregate, from alias: Int, values: RowBuffer) throws -> [Key] {
        if values.isEmpty { return [] }
        guard alias != aggregate.root, let joins = reads[alias].joins,
            let copy = copies[reads[joins].table.name]
        else {
            return (0..<values.count).map { values.key(of: $0) }
        }
        let joined = reads[joins]
        let wanted = joins == aggregate.root ? joined.table.key : joined.pairs.map(\.column)
        let access = TableAccess(table: copy, columns: wanted, key: copy.key)
        let found = try store.fetch(values, by: reads[alias].pairs.map(\.joinedColumn), access)
        var unique = RowBuffer(columns: wanted.count)
        var seen: Set<Key> = []
        for row in 0..<found.rows.count {
            let key = found.rows.key(of: row, columns: Array(wanted.indices))
            if !key.hasNull, seen.insert(key).inserted { unique.append(key.bytes) }
        }
        return try roots(of: aggregate, from: joins, values: unique)
    }

    /// Which of these root rows the copy holds.
    func present(_ keys: [Key], root: Int) throws -> Set<Key> {
        guard let copy = copies[reads[root].table.name] else { return [] }
        var wanted = RowBuffer(columns: copy.key.count)
        for key in keys { wanted.append(key.bytes) }
        let found = try store.fetch(
            wanted, by: copy.key, TableAccess(table: copy, columns: copy.key, key: copy.key))
        return Set(zip(keys, found.groups).filter { !$0.1.isEmpty }.map(\.0))
    }

    /// Reads everything that the aggregates with these root rows are made of.
    package func sources(of aggregate: CheckedAggregate, legacyKeys: [Key]) throws -> AggregateSources {
        var sources = AggregateSources(
            legacyKeys: legacyKeys, aliases: reads.map { RowBuffer(columns: $0.table.columns.count) })
        for alias in aggregate.uses {
            guard let copy = copies[reads[alias].table.name] else { continue }
            var keys: RowBuffer
            let columns: [Int]
            if let joins = reads[alias].joins, alias != aggregate.root {
                columns = reads[alias].pairs.map(\.column)
                keys = RowBuffer(columns: columns.count)
                let parents = sources.rows[joins]
                for row in 0..<parents.count {
                    keys.append(parents.key(of: row, columns: reads[alias].pairs.map(\.joinedColumn)).bytes)
                }
            } else {
                columns = copy.key
                keys = RowBuffer(columns: columns.count)
                for key in legacyKeys { keys.append(key.bytes) }
            }
            let found = try store.fetch(keys, by: columns, access(of: copy))
            sources.rows[alias] = found.rows
            sources.groups[alias] = found.groups
        }
        return sources
    }

    private func access(of copy: TableSchema) -> TableAccess {
        TableAccess(table: copy, columns: Array(copy.columns.indices), key: copy.key)
    }

}
