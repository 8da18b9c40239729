import Apply
import Model
import Plan
import Translate

/// Collects what aggregates are made of straight from the legacy system.
struct LegacyRows {
    let context: CheckedContext
    let aggregate: CheckedAggregate
    let finder: any RowFinder

    /// Root rows in key order with everything that joins to them.
    func sources(after key: Key?, limit: Int) throws -> AggregateSources {
        let root = context.reads[aggregate.root].table
        return try sources(of: try finder.rows(of: root, after: key, limit: limit))
    }

    /// The root rows with these keys, and everything that joins to them.
    func sources(keys: [Key]) throws -> AggregateSources {
        let root = context.reads[aggregate.root].table
        var wanted = RowBuffer(columns: root.key.count)
        for key in keys { wanted.append(key.bytes) }
        let found = try finder.rows(of: root, by: root.key, equal: wanted).rows
        // Several spellings of a key may name one row.
        var unique = RowBuffer(columns: root.columns.count)
        var seen: Set<Key> = []
        for row in 0..<found.count where seen.insert(found.key(of: row, columns: root.key)).inserted {
            unique.append(row, of: found)
        }
        return try sources(of: unique)
    }

    private func sources(of roots: RowBuffer) throws -> AggregateSources {
        let root = context.reads[aggregate.root].table
        var sources = AggregateSources(
            legacyKeys: (0..<roots.count).map { roots.key(of: $0, columns: root.key) },
            aliases: context.reads.map { RowBuffer(columns: $0.table.columns.count) })
        for alias in aggregate.uses {
            let read = context.reads[alias]
            guard alias != aggregate.root, let joins = read.joins else {
                sources.rows[alias] = roots
                sources.groups[alias] = (0..<roots.count).map { $0..<$0 + 1 }
                continue
            }
            let parents = sources.rows[joins]
            var wanted = RowBuffer(columns: read.pairs.count)
            for row in 0..<parents.count {
                wanted.append(parents.key(of: row, columns: read.pairs.map(\.joinedColumn)).bytes)
            }
            let found = try finder.rows(of: read.table, by: read.pairs.map(\.column), equal: wanted)
            sources.rows[alias] = found.rows
            sources.groups[alias] = found.groups
        }
        return sources
    }
}
