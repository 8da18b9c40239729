import Model

/// Finds the clusters of a catalog.
enum TableClusters {
    /// Clusters of tables with a primary key, largest first; a table by itself is a cluster too.
    static func find(in catalog: Catalog) -> [TableCluster] {
        let tables = catalog.tables.filter { obstacle(to: $0) == nil }
        var rest = Set(tables.map(\.name))
        var clusters: [TableCluster] = []
        while let start = tables.first(where: { rest.contains($0.name) }) {
            let group = connected(start, tables)
            for table in group { rest.remove(table.name) }
            clusters.append(cluster(group))
        }
        return clusters.sorted { ($1.members.count, $0.root.name) < ($0.members.count, $1.root.name) }
    }

    /// Why no context can read a table; nil when one can.
    static func obstacle(to table: TableSchema) -> String? {
        if table.key.isEmpty { return "it has no primary key, so its rows cannot be captured" }
        let key = table.key.map { table.columns[$0] }
        if key.contains(where: { $0.collation.map { $0.uppercased() != "BINARY" } ?? false }) {
            return "its key is compared by a collation, so that different texts can be one key"
        }
        return key.allSatisfy { $0.name.isNameable } ? nil : "expressions cannot name the columns of its key"
    }

    private static func connected(_ start: TableSchema, _ tables: [TableSchema]) -> [TableSchema] {
        var found = [start]
        var index = 0
        while index < found.count {
            let table = found[index]
            index += 1
            for other in tables where !found.contains(where: { $0.name == other.name }) {
                let isLinked =
                    other.references.contains { $0.table == table.name }
                    || table.references.contains { $0.table == other.name }
                if isLinked { found.append(other) }
            }
        }
        return found
    }

    /// The cluster of a group, seen from its root.
    ///
    /// The root is the table from which most others are reached, and that others refer to: what only refers
    /// is a line of something else. Of several, it is the one that refers and is referred to most.
    private static func cluster(_ group: [TableSchema]) -> TableCluster {
        func references(_ table: TableSchema) -> Int {
            table.references.filter { reference in group.contains { $0.name == reference.table } }.count
        }
        func referrers(_ table: TableSchema) -> Int {
            group.filter { other in other.references.contains { $0.table == table.name } }.count
        }
        func rank(_ cluster: TableCluster) -> [Int] {
            let (out, into) = (references(cluster.root), referrers(cluster.root))
            return [
                out > 0 && into == 0 ? 0 : 1, cluster.members.count, min(out, 1) * 4 + out + into,
                cluster.root.columns.count,
            ]
        }
        let candidates = group.map { cluster(from: $0, group) }
        let best = candidates.max { left, right in
            let (first, second) = (rank(left), rank(right))
            return first == second
                ? left.root.name > right.root.name : first.lexicographicallyPrecedes(second)
        }
        guard var best else { return TableCluster(root: group[0], rootAlias: "t", members: []) }
        // Many rows of a row next to the root are another thing's, not the root's.
        best.members.removeAll { $0.isMany && $0.joinsTo != best.rootAlias }
        return best
    }

    private static func cluster(from root: TableSchema, _ group: [TableSchema]) -> TableCluster {
        var cluster = TableCluster(root: root, rootAlias: "", members: [])
        var aliases: Set<String> = []
        cluster.rootAlias = alias(root.name, &aliases)
        var open: [(TableSchema, String)] = [(root, cluster.rootAlias)]
        var taken: Set<String> = [root.name]
        while !open.isEmpty {
            let (table, name) = open.removeFirst()
            for member in neighbours(of: table, name, group, taken)
            where taken.insert(member.table.name).inserted {
                var member = member
                member.alias = alias(member.table.name, &aliases)
                cluster.members.append(member)
                // Rows under many rows have no single row to join to.
                if !member.isMany { open.append((member.table, member.alias)) }
            }
        }
        return cluster
    }

    private static func neighbours(
        of table: TableSchema, _ alias: String, _ group: [TableSchema], _ taken: Set<String>
    ) -> [TableCluster.Member] {
        var members: [TableCluster.Member] = []
        for reference in table.references {
            guard let other = group.first(where: { $0.name == reference.table }),
                let pairs = pairs(reference, from: table, to: other)
            else { continue }
            let isOptional = reference.columns.contains {
                table.columns[$0].isNullable && !table.key.contains($0)
            }
            members.append(
                TableCluster.Member(
                    table: other, alias: "", joinsTo: alias, isMany: false, isOptional: isOptional,
                    pairs: pairs.map { ($0.to, $0.from) }))
        }
        for other in group where !taken.contains(other.name) {
            for reference in other.references where reference.table == table.name {
                guard let pairs = pairs(reference, from: other, to: table) else { continue }
                members.append(
                    TableCluster.Member(
                        table: other, alias: "", joinsTo: alias, isMany: true, isOptional: false,
                        pairs: pairs.map { ($0.from, $0.to) }))
                break
            }
        }
        return members
    }

    /// The columns of a foreign key by name; the key of the table referred to where the catalog leaves them
    /// out.
    private static func pairs(
        _ reference: ForeignKey, from: TableSchema, to: TableSchema
    ) -> [(from: String, to: String)]? {
        let referred =
            reference.referredColumns.isEmpty
            ? to.key.map { to.columns[$0].name } : reference.referredColumns
        let own = reference.columns.map { from.columns[$0] }
        guard referred.count == own.count, !own.isEmpty,
            referred.allSatisfy({ to.index(of: $0) != nil && $0.isNameable }),
            own.allSatisfy(\.name.isNameable)
        else { return nil }
        let isComparable = zip(own, referred).allSatisfy { column, name in
            to.index(of: name).map { column.kind.isComparable(to: to.columns[$0].kind) } ?? false
        }
        return isComparable ? zip(own.map(\.name), referred).map { ($0, $1) } : nil
    }

    /// An alias that expressions can name, unique in its context.
    private static func alias(_ table: String, _ taken: inout Set<String>) -> String {
        var name = String(
            table.lowercased().unicodeScalars.map { scalar -> Character in
                let isWord = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
                return isWord ? Character(scalar) : "_"
            })
        if name.isEmpty || !name.isIdentifier || DeclarationReader.reserved.contains(name) {
            name = "t_" + name
        }
        var unique = name
        var number = 2
        while !taken.insert(unique).inserted {
            unique = "\(name)_\(number)"
            number += 1
        }
        return unique
    }
}

extension String {
    /// Whether an expression can name a column like this, in backticks where it must.
    var isNameable: Bool { !isEmpty && utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
