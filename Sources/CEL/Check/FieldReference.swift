/// A column that an expression reads.
public struct FieldReference: Sendable, Hashable {
    /// The record's type.
    public let record: RecordType
    /// The field's index in the record.
    public let field: Int
    /// The slot of the record variable; nil for the variable of a macro or another computed record.
    public let slot: Int?
    /// Where it is read.
    public let position: Position

    /// The field's name.
    public var name: String { record.fields[field].name }
}
