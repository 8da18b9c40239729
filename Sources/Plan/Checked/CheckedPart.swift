public import Model

/// Child rows of an aggregate, one for each row of a `many` alias.
public struct CheckedPart: Sendable {
    /// The part's name.
    public var name: String
    /// The index in `reads` of the `many` alias; in the part's expressions its slot holds the one row.
    public var of: Int
    /// The service's table of the parts.
    public var table: TableSchema
    /// The columns of `table` that hold the aggregate's key, in the order of the aggregate table's key.
    public var parent: [Int]
    /// The columns of `table` that tell the parts of one aggregate apart.
    public var key: [Int]
    /// The condition under which a row is such a part; nil for always.
    public var when: CompiledExpression?
    /// The mapped columns.
    public var fields: [CheckedField]
    /// Where the plan declares it.
    public var location: SourceLocation

    /// Collects the parts of a checked part.
    public init(
        name: String, of: Int, table: TableSchema, parent: [Int], key: [Int], when: CompiledExpression?,
        fields: [CheckedField], location: SourceLocation
    ) {
        self.name = name
        self.of = of
        self.table = table
        self.parent = parent
        self.key = key
        self.when = when
        self.fields = fields
        self.location = location
    }
}
