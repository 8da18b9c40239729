/// A part as the plan declares it.
public struct PartText: Sendable {
    /// Its name.
    public var name: Located<String>
    /// The `many` alias whose rows become parts.
    public var of: Located<String>
    /// The service's table of the parts.
    public var table: Located<String>
    /// The columns that hold the aggregate's key.
    public var parent: [Located<String>]
    /// The columns that tell the parts of one aggregate apart.
    public var key: [Located<String>]
    /// The condition on a row.
    public var when: ExpressionText?
    /// The fields in the order of the plan.
    public var fields: [FieldText]
}
