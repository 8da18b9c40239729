public import Model

/// What a query gave, and up to where it saw what happened.
public struct QueryView: Sendable {
    /// What it gave.
    public var table: QueryTable
    /// It saw every transaction up to this position, but for `unseen`.
    public var frontier: Position
    /// It saw no transaction after this position.
    public var horizon: Position
    /// The ids of transactions that it did not see although they may stand in the log at or before the
    /// horizon.
    public var unseen: Set<UInt64>

    /// Describes a view.
    public init(table: QueryTable, frontier: Position, horizon: Position, unseen: Set<UInt64>) {
        self.table = table
        self.frontier = frontier
        self.horizon = horizon
        self.unseen = unseen
    }
}
