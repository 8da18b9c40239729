/// Gives a running expression the values of its variables, by slot.
///
/// A slot is the index of the variable in `Environment.variables`. Conform the class that holds the current
/// row.
///
/// How deep lists and maps in a value are nested is for the conforming type to bound: comparing recurses.
public protocol Bindings: AnyObject {
    /// The value of a variable.
    func value(at slot: Int) throws(EvaluationError) -> Value
    /// One field of a variable of record type; nothing else of the row is read.
    func field(_ field: Int, at slot: Int) throws(EvaluationError) -> Value
    /// One field of a variable of record type when it is an int; nil sends the program to `field(_:at:)`.
    func integer(_ field: Int, at slot: Int) -> Int64?
    /// The UTF-8 of one field of a variable of record type when it is a string, alive and unchanged until the
    /// evaluation ends; nil sends the program to `field(_:at:)`.
    func text(_ field: Int, at slot: Int) -> UnsafeRawBufferPointer?
}

extension Bindings {
    /// Nothing is read ahead of `field(_:at:)`.
    public func integer(_ field: Int, at slot: Int) -> Int64? { nil }

    /// Nothing is read ahead of `field(_:at:)`.
    public func text(_ field: Int, at slot: Int) -> UnsafeRawBufferPointer? { nil }

    /// Reads the field through the record that `value(at:)` returns.
    public func field(_ field: Int, at slot: Int) throws(EvaluationError) -> Value {
        guard case .record(let record) = try value(at: slot) else {
            throw EvaluationError(.noSuchField, "the variable is not a record")
        }
        return try record.provider.field(field, row: record.row)
    }
}
