public import Model

/// One alias of `reads`: a legacy table and how its rows belong to an aggregate.
public struct ReadBinding: Sendable, Hashable {
    /// How many rows of the table belong to one row it joins to.
    public enum Cardinality: String, Sendable, Hashable {
        /// The row that an aggregate grows from.
        case root
        /// Exactly one row; until it has arrived, what depends on it is pending.
        case one
        /// None or one row; null when there is none.
        case optional
        /// Any number of rows, in key order.
        case many
    }

    /// One pair of columns that must be equal.
    public struct Pair: Sendable, Hashable {
        /// The column of this alias's table.
        public var column: Int
        /// The column of the joined alias's table.
        public var joinedColumn: Int

        /// Pairs two columns.
        public init(column: Int, joinedColumn: Int) {
            self.column = column
            self.joinedColumn = joinedColumn
        }
    }

    /// The alias.
    public var alias: String
    /// The legacy table.
    public var table: TableSchema
    /// Whether the plan names the table's key, because it has none of its own.
    public var namesKey = false
    /// How many rows belong to one row of `joins`.
    public var cardinality: Cardinality
    /// The index of the alias this one joins to; nil for a root.
    public var joins: Int?
    /// The pairs of columns that must be equal; empty for a root.
    public var pairs: [Pair]
    /// Where the plan says so.
    public var location: SourceLocation

    /// Declares one alias.
    public init(
        alias: String, table: TableSchema, cardinality: Cardinality, joins: Int?, pairs: [Pair],
        location: SourceLocation
    ) {
        self.alias = alias
        self.table = table
        self.cardinality = cardinality
        self.joins = joins
        self.pairs = pairs
        self.location = location
    }
}
