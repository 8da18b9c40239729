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
