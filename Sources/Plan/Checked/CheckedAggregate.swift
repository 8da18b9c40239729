public import Model

/// The unit of consistency in the service's language: one root row and its parts, one key.
public struct CheckedAggregate: Sendable {
    /// The aggregate's name.
    public var name: String
    /// The index in `reads` of the row it grows from.
    public var root: Int
    /// Indexes in `reads` of every alias that any of its expressions needs, the root included, each after the
    /// one it joins to.
    public var uses: [Int]
    /// The condition under which a root row is such an aggregate; nil for always.
    public var when: CompiledExpression?
    /// The expressions of the natural key.
    public var natural: [CompiledExpression]
    /// The column of `table` that holds the deterministic surrogate id, if there is one.
    public var surrogate: Int?
    /// The service's table.
    public var table: TableSchema
    /// The mapped columns.
    public var fields: [CheckedField]
    /// The child rows.
    public var parts: [CheckedPart]
    /// The way back, per legacy column.
    public var back: [CheckedProjection]
    /// Where the plan declares it.
    public var location: SourceLocation

    /// Collects the parts of a checked aggregate.
    public init(
        name: String, root: Int, uses: [Int], when: CompiledExpression?, natural: [CompiledExpression],
        surrogate: Int?,
        table: TableSchema, fields: [CheckedField], parts: [CheckedPart], back: [CheckedProjection],
        location: SourceLocation
    ) {
        self.name = name
        self.root = root
        self.uses = uses
        self.when = when
        self.natural = natural
        self.surrogate = surrogate
        self.table = table
        self.fields = fields
        self.parts = parts
        self.back = back
        self.location = location
    }

    /// Whether a root row alone decides the aggregate, so that no copy of legacy tables is needed.
    public var isSingleRow: Bool { uses.count == 1 }
}
