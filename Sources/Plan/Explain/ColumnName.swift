/// A column of a table, by name.
public struct ColumnName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The table.
    public var table: String
    /// The column.
    public var column: String

    /// Names a column.
    public init(table: String, column: String) {
        self.table = table
        self.column = column
    }

    /// Table order, then column order.
    public static func < (left: ColumnName, right: ColumnName) -> Bool {
        (left.table, left.column) < (right.table, right.column)
    }

    /// `table.column`.
    public var description: String { "\(table).\(column)" }
}
