/// A foreign key of the service's, held against the rows that the store has.
public struct ReferenceComparison: Sendable, Hashable, Codable {
    /// The table that refers.
    public var table: String
    /// The columns that refer, separated by commas.
    public var columns: String
    /// The table referred to.
    public var parent: String
    /// Rows that refer to something.
    public var compared = 0
    /// Rows whose reference leads nowhere.
    public var missing = 0

    init(table: String, columns: String, parent: String) {
        self.table = table
        self.columns = columns
        self.parent = parent
    }
}
