import Model

/// What an alias of `reads` stands for in an expression.
enum AliasScope: Sendable, Equatable {
    /// Its one row; with `isNullable`, there may be none.
    case row(isNullable: Bool)
    /// All its rows.
    case rows
    /// Nothing: its rows hang under those of a `many` alias.
    case under(many: String)
    /// Nothing: in a part, rows are looked up one step from the part's own row, and it is further away.
    case tooFar(from: String)
    /// Nothing: no join leads from the root to it.
    case unreachable
    /// Nothing is known of it, because its own declaration is wrong.
    case unknown
}
