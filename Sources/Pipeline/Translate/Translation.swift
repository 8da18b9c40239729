public import Model

/// What became of one root row.
public struct Translation: Sendable {
    /// The kinds of outcome.
    public enum Outcome: Sendable, Equatable {
        /// The row is an aggregate; its image and parts stand in the set.
        case row
        /// The root row is gone, or `when` says that it is no such aggregate.
        case excluded
        /// A row that it joins to has not arrived: the alias.
        case pending(String)
        /// It cannot be translated.
        case failed(TranslationFailure)
    }

    /// The key of the root row in legacy.
    public var legacyKey: Key
    /// What became of it.
    public var outcome: Outcome
    /// The natural key in the service's language; nil when it could not be computed.
    public var naturalKey: Key?
    /// The key of the service's row; nil when it could not be computed.
    public var serviceKey: Key?
    /// The aggregate's row in the set's `rows`.
    public var row: Int?
    /// For each part of the aggregate, its rows in the set's `parts`.
    public var parts: [Range<Int>]
    /// Why the row lacks values that the target must have from before; nil when it lacks none.
    public var unsent: TranslationFailure?

    /// Records an outcome.
    public init(
        legacyKey: Key, outcome: Outcome, naturalKey: Key? = nil, serviceKey: Key? = nil, row: Int? = nil,
        parts: [Range<Int>] = []
    ) {
        self.legacyKey = legacyKey
        self.outcome = outcome
        self.naturalKey = naturalKey
        self.serviceKey = serviceKey
        self.row = row
        self.parts = parts
    }
}

/// Why a row could not be translated: words for people, never values.
public struct TranslationFailure: Error, Sendable, Equatable {
    /// A stable word for the kind of failure (`unknown_code`).
    public var reason: String
    /// Which field, where in the plan, and what was wrong.
    public var message: String

    /// Records a failure.
    public init(reason: String, message: String) {
        self.reason = reason
        self.message = message
    }
}

/// The outcomes of a set of root rows, with the rows they produced.
public struct TranslationSet: Sendable {
    /// The aggregate's rows, holding the columns of `AggregateTranslator.access`.
    public var rows: RowBuffer
    /// For each part, its rows, holding the columns of `AggregateTranslator.partAccess`.
    public var parts: [RowBuffer]
    /// One outcome for each root row.
    public var items: [Translation]

    /// An empty set.
    public init(rows: RowBuffer, parts: [RowBuffer]) {
        self.rows = rows
        self.parts = parts
        items = []
    }

    /// Forgets everything, keeping the memory.
    public mutating func removeAll() {
        rows.removeAll()
        for index in parts.indices { parts[index].removeAll() }
        items.removeAll(keepingCapacity: true)
    }
}

/// The rows that aggregates are made of: for each alias of the context its rows, and which of them belong to
/// which root.
public struct AggregateSources: Sendable {
    /// The legacy keys of the root rows asked for, in order.
    public var legacyKeys: [Key]
    /// For each alias of the context (by index), the rows that were found; empty for aliases that are not
    /// used.
    public var rows: [RowBuffer]
    /// For each alias, for each row of the alias it joins to (for the root: for each legacy key), its rows in
    /// `rows`.
    public var groups: [[Range<Int>]]

    /// Sources without rows for a context with so many aliases.
    public init(legacyKeys: [Key], aliases: [RowBuffer]) {
        self.legacyKeys = legacyKeys
        rows = aliases
        groups = Array(repeating: [], count: aliases.count)
    }
}
