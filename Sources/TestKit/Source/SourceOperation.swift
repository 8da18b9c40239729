/// What a transaction of a test does to one row of a captured database.
public enum SourceOperation: Sendable, Equatable {
    /// Adds a row.
    case insert(table: String, row: [PlainValue])
    /// Puts `row` in the place of the row with this key; the key of `row` may be another.
    case update(table: String, key: [PlainValue], row: [PlainValue])
    /// Removes the row with this key.
    case delete(table: String, key: [PlainValue])
    /// Adds a row and removes, in the same statement, the row that has its key; asked only of systems that
    /// can (`SourceAbility.replacing`).
    case replace(table: String, row: [PlainValue])
}
