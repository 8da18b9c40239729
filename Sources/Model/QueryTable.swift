/// What a query that somebody wrote has given, as text: the groups first, the figure in the last column.
public struct QueryTable: Sendable, Hashable {
    /// The rows, in the order in which they came; nil for NULL.
    public var rows: [[String?]]

    /// The most rows that are taken of one query: figures are read by people.
    public static let rowsMax = 10_000

    /// Takes rows.
    ///
    /// - Throws: `FailedQuery` when there are too many of them.
    public init(rows: [[String?]]) throws {
        guard rows.count <= Self.rowsMax else {
            throw FailedQuery("it gives more than \(Self.rowsMax) rows: sum up by fewer groups")
        }
        self.rows = rows
    }
}
