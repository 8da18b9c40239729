public import Apply
public import ChangeLog
public import Model
public import Plan

/// The life of one record: what happened to it in legacy, what became of it, and why.
public struct RecordLife: Sendable {
    /// One column of a legacy row that a change gave another value.
    public struct ColumnChange: Sendable, Hashable {
        /// The column.
        public var name: String
        /// The value before; nil when there was no row.
        public var before: OwnedCell?
        /// The value after; nil when there is no row any more.
        public var after: OwnedCell?
    }

    /// One legacy change of a row that belongs to the record.
    public struct Change: Sendable, Hashable {
        /// The log's record that holds it.
        public var offset: LogOffset
        /// Where its transaction committed; for history, where the read was exact.
        public var position: Position
        /// When it committed by the source's clock, in microseconds since 1970; nil when the source does not
        /// say.
        public var committedAt: Int64?
        /// When the log took it, in microseconds since 1970.
        public var appendedAt: Int64
        /// Who wrote it.
        public var origin: Origin
        /// What happened to the row.
        public var operation: Operation
        /// The plan's alias for the row.
        public var alias: String
        /// The legacy table.
        public var table: String
        /// The row's key as people read it.
        public var key: String
        /// What changed; for a row that came, went or was read, every column.
        public var columns: [ColumnChange]
    }

    /// One field of the service's row.
    public struct Field: Sendable, Hashable {
        /// The column.
        public var name: String
        /// The fact it belongs to; empty for a part's.
        public var fact: String
        /// What the service holds; nil when it holds no such row.
        public var value: OwnedCell?
        /// What the present mapping gives; nil when it gives none.
        public var mapped: OwnedCell?
        /// What it is, as the plan spells it.
        public var expression: String
        /// Where the plan says so.
        public var location: SourceLocation
        /// Why, in words.
        public var because: String?

        /// Whether the service holds something else than the mapping gives, as far as both are known.
        public var isDifferent: Bool {
            guard let value, let mapped, value.display != mapped.display else { return false }
            // A dynamically typed system may hold 100 for 100.00; what is no number is different.
            guard let left = try? Decimal128(value.display) else { return true }
            // The same holds for the other side.
            guard let right = try? Decimal128(mapped.display) else { return true }
            return left != right
        }
    }

    /// One row of a part.
    public struct Part: Sendable, Hashable {
        /// The part's name.
        public var name: String
        /// The service's table.
        public var table: String
        /// Its fields.
        public var fields: [Field]
    }

    /// The context.
    public var context: String
    /// The aggregate.
    public var aggregate: String
    /// The service's table.
    public var table: String
    /// The legacy table of its root row.
    public var legacyTable: String
    /// The root row's key in legacy, as people read it.
    public var legacyKey: String
    /// The natural key; nil while there is no cross-reference.
    public var naturalKey: String?
    /// The key of the service's row; nil while there is no cross-reference.
    public var serviceKey: String?
    /// What the present mapping makes of it, in words.
    public var outcome: String
    /// The version of the mapping under which the context was applied last; nil before its first transaction.
    public var appliedMapping: String?
    /// The version of the plan's mapping.
    public var planMapping: String
    /// The fields of the service's row, in the order of the plan.
    public var fields: [Field] = []
    /// The rows of its parts.
    public var parts: [Part] = []
    /// The legacy changes in the order of the log.
    public var changes: [Change] = []
    /// The last record of the log that retention removed: what lies before it is not shown.
    public var trimmedThrough = LogOffset.start
    /// The events in the order of the outbox.
    public var events: [OutboxEvent] = []
    /// What is set aside of it.
    public var quarantine: [QuarantineEntry] = []
    /// The alias of the row that it waits for.
    public var waitsFor: String?
}
