package import SQLite

/// One row of a result, valid while it is read.
package protocol InsurerRow {
    /// Whether a column is NULL.
    func isNull(_ column: Int) -> Bool
    /// A column as an integer; 0 for NULL.
    func integer(_ column: Int) -> Int64
    /// A column as a number; 0 for NULL.
    func double(_ column: Int) -> Double
    /// A column as text; nil for NULL.
    func string(_ column: Int) -> String?
}

extension SQLiteStatement: InsurerRow {}
