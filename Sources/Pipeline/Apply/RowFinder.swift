public import Model

/// Finds present rows of a legacy system as the images that capture would write; needs nothing of Banyan's in
/// it and changes nothing. One owner, one thread.
public protocol RowFinder: AnyObject {
    /// Rows in key order: at most so many after a key.
    func rows(of table: TableSchema, after key: Key?, limit: Int) throws -> RowBuffer

    /// The rows whose `columns` hold each of these values, in key order.
    func rows(of table: TableSchema, by columns: [Int], equal keys: RowBuffer) throws -> RowGroups

    /// The distinct values of a column among its first rows as text; nil when there are more than `limit`.
    func distinctValues(of column: String, in table: String, limit: Int) throws -> [String?]?
}
