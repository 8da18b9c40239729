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

/// One mapped column of the service's table.
public struct CheckedField: Sendable {
    /// The index of the column in the service's table.
    public var column: Int
    /// The fact that the field belongs to.
    public var fact: String
    /// What it is.
    public var expression: CompiledExpression
    /// Why, in words.
    public var because: String?

    /// Maps one column.
    public init(column: Int, fact: String, expression: CompiledExpression, because: String?) {
        self.column = column
        self.fact = fact
        self.expression = expression
        self.because = because
    }
}

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

/// One legacy column's value computed from the aggregate.
public struct CheckedProjection: Sendable {
    /// The index in `reads` of the alias whose table holds the column.
    public var alias: Int
    /// The column of that table.
    public var column: Int
    /// What it is, over the service table's columns: slot n is the table's column n.
    public var expression: CompiledExpression
    /// Whether some mapped values cannot be told apart backwards.
    public var isLossy: Bool

    /// Maps one column back.
    public init(alias: Int, column: Int, expression: CompiledExpression, isLossy: Bool) {
        self.alias = alias
        self.column = column
        self.expression = expression
        self.isLossy = isLossy
    }
}

/// What may happen when an event is derived from history a second time.
public enum ReplaySafety: String, Sendable, Codable, CaseIterable {
    /// Receivers do not care.
    case safe
    /// Receivers recognise it by its id.
    case idempotent
    /// It must never leave except from a live change.
    case toxic
}

/// A domain event derived from an aggregate's state before and after a transaction.
public struct CheckedEvent: Sendable {
    /// The event's type.
    public var name: String
    /// The index of its aggregate in the context.
    public var aggregate: Int
    /// The condition over `before` (slot 0) and `after` (slot 1): rows of the service's table, or null.
    public var when: CompiledExpression
    /// What may happen on replay.
    public var replay: ReplaySafety
    /// Where the plan declares it.
    public var location: SourceLocation

    /// Collects the parts of a checked event.
    public init(
        name: String, aggregate: Int, when: CompiledExpression, replay: ReplaySafety, location: SourceLocation
    ) {
        self.name = name
        self.aggregate = aggregate
        self.when = when
        self.replay = replay
        self.location = location
    }
}

/// A named set of aggregate instances.
public struct CheckedSlice: Sendable {
    /// The slice's name.
    public var name: String
    /// The predicate over legacy rows, in the mapping's slots.
    public var legacy: CompiledExpression
    /// The predicate over the service table's columns: slot n is the table's column n.
    public var service: CompiledExpression
    /// The index of the aggregate in the context that it is a set of.
    public var aggregate: Int

    /// Collects the parts of a checked slice.
    public init(name: String, legacy: CompiledExpression, service: CompiledExpression, aggregate: Int = 0) {
        self.aggregate = aggregate
        self.name = name
        self.legacy = legacy
        self.service = service
    }
}
