import Model

/// Tables that foreign keys connect, seen from the one that the others belong to.
struct TableCluster {
    /// One table with the way it joins to another of the cluster.
    struct Member {
        var table: TableSchema
        var alias: String
        var joinsTo: String
        var isMany: Bool
        var isOptional: Bool
        var pairs: [(own: String, other: String)]
    }

    var root: TableSchema
    var rootAlias: String
    var members: [Member]
}

/// Finds the clusters of a catalog.
enum TableClusters {
    /// Clusters of tables with a primary key, largest first; a table by itself is a cluster too.
    static func find(in catalog: Catalog) -> [TableCluster] {
        let tables = catalog.tables.filter { !$0.key.isEmpty }
        var rest = Set(tables.map(\.name))
        var clusters: [TableCluster] = []
        while let start = tables.first(where: { rest.contains($0.name) }) {
            let group = connected(start, tables)
            for table in group { rest.remove(table.name) }
            clusters.append(cluster(group))
        }
        return clusters.sorted { ($1.members.count, $0.root.name) < ($0.members.count, $1.root.name) }
    }

    private static func connected(_ start: TableSchema, _ tables: [TableSchema]) -> [TableSchema] {
        var found = [start]
        var index = 0
        while index < found.count {
            let table = found[index]
            index += 1
            for other in tables where !found.contains(where: { $0.name == other.name }) {
                let isLinked = other.references.contains { $0.table == table.name }
                    || table.references.contains { $0.table == other.name }
                if isLinked { found.append(other) }
            }
        }
        return found
    }

    /// The root: the table with the most foreign keys in and out; transactions tend to stand in the middle.
    private static func cluster(_ group: [TableSchema]) -> TableCluster {
        func score(_ table: TableSchema) -> Int {
            let out = table.references.filter { reference in group.contains { $0.name == reference.table } }.count
            let into = group.filter { $0.references.contains { $0.table == table.name } }.count
            return min(out, 1) * 4 + out + into
        }
        let root = group.max { (score($0), $1.name) < (score($1), $0.name) } ?? group[0]
        var cluster = TableCluster(root: root, rootAlias: "", members: [])
        var aliases: Set<String> = []
        cluster.rootAlias = alias(root.name, &aliases)
        var open: [(TableSchema, String)] = [(root, cluster.rootAlias)]
        var taken: Set<String> = [root.name]
        while !open.isEmpty {
            let (table, name) = open.removeFirst()
            for member in neighbours(of: table, name, group, taken) {
                guard taken.insert(member.table.name).inserted else { continue }
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
            let isOptional = reference.columns.contains { table.columns[$0].isNullable && !table.key.contains($0) }
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

    /// The columns of a foreign key by name; the key of the table referred to where the catalog leaves them out.
    private static func pairs(
        _ reference: ForeignKey, from: TableSchema, to: TableSchema
    ) -> [(from: String, to: String)]? {
        let referred = reference.referredColumns.isEmpty
            ? to.key.map { to.columns[$0].name } : reference.referredColumns
        guard referred.count == reference.columns.count, referred.allSatisfy({ to.index(of: $0) != nil }) else { return nil }
        let own = reference.columns.map { from.columns[$0] }
        let isComparable = zip(own, referred).allSatisfy { column, name in
            to.index(of: name).map { column.kind.isComparable(to: to.columns[$0].kind) } ?? false
        }
        return isComparable ? zip(own.map(\.name), referred).map { ($0, $1) } : nil
    }

    /// An alias that expressions can name, unique in its context.
    private static func alias(_ table: String, _ taken: inout Set<String>) -> String {
        var name = String(table.lowercased().unicodeScalars.map { scalar -> Character in
            let isWord = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            return isWord ? Character(scalar) : "_"
        })
        if name.isEmpty || !name.isIdentifier || DeclarationReader.reserved.contains(name) { name = "t_" + name }
        var unique = name
        var number = 2
        while !taken.insert(unique).inserted {
            unique = "\(name)_\(number)"
            number += 1
        }
        return unique
    }
}
