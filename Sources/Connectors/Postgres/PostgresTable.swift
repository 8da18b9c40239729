package import Model

/// One PostgreSQL table as its catalog describes it.
package struct PostgresTable: Sendable, Hashable {
    /// What a row's changes carry of it as it was before.
    package enum ReplicaIdentity: String, Sendable {
        /// The primary key.
        case primaryKey = "d"
        /// Every column.
        case full = "f"
        /// The columns of one unique index.
        case index = "i"
        /// Nothing.
        case nothing = "n"

        /// What changes carry of the row before.
        var words: String {
            switch self {
            case .primaryKey: "the primary key"
            case .full: "the whole row"
            case .index: "the columns of an index"
            case .nothing: "nothing"
            }
        }
    }

    /// The object id.
    package var oid: UInt32
    /// Where it is.
    package var name: PostgresTableName
    /// Its columns, keys and references, under the plan's spelling of its name.
    package var schema: TableSchema
    /// The columns once more, in the same order.
    package var columns: [PostgresColumn]
    /// What its changes carry.
    package var identity: ReplicaIdentity
    /// The columns that tell a change's row, where the identity is an index.
    package var identityColumns: [Int]
    /// Whether the key is that of the index which the identity names, for want of a primary key.
    package var isKeyedByIndex = false
    /// Whether the key is one that the plan names, because the table has none.
    package var isKeyedByPlan = false
    /// `r` an ordinary table, `p` a partitioned one.
    package var kind: String
    /// `p` permanent, `u` unlogged, `t` temporary: only the first leaves a trace in the log.
    package var persistence: String
    /// About how many rows it has, by the server's statistics.
    package var rows: Int
}

extension PostgresTable {
    /// The table with the key that a plan names for it; a key of its own stays, and so does it without one
    /// when a column is not there.
    func keyed(by names: [String]?) -> PostgresTable {
        guard let names, schema.key.isEmpty else { return self }
        let places = names.compactMap { schema.index(of: $0) }
        guard places.count == names.count, !places.isEmpty else { return self }
        var table = self
        table.schema.key = places
        table.isKeyedByPlan = true
        return table
    }
}
