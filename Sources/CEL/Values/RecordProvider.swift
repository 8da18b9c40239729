/// Reads the fields of rows, one column at a time.
///
/// Conform the class that holds a batch or a joined table; `row` is its own numbering.
public protocol RecordProvider: AnyObject {
    /// The type of every row.
    var recordType: RecordType { get }
    /// The value of one field of one row; may be borrowed from the provider's bytes.
    func field(_ field: Int, row: Int) throws(EvaluationError) -> Value
}
