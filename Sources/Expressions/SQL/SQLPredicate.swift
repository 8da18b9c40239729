public import CEL

/// A condition over one row as SQL, with the same result as the expression has.
///
/// True is true and false is false; where the expression has an error, the SQL is NULL, so that a `WHERE`
/// leaves such rows out. That holds also inside `&&`, `||` and `!`, whose treatment of errors is SQL's
/// treatment of NULL; a null that is compared, which is no error in an expression, is spelled out. It holds
/// for every cell whose stored type fits its column's kind. In SQLite, cells that do not fit follow SQLite's
/// own rules, except that decimals, dates and bools are checked; and decimals that do not fit 53 bits are
/// NULL.
public struct SQLPredicate: Sendable, Hashable {
    /// How constants are written.
    public enum Constants: Sendable, Hashable {
        /// As parameters, the first of which has this number.
        case bound(from: Int)
        /// In the text, for the body of a trigger, which takes no parameters.
        case inline
    }

    /// The condition.
    public let sql: String
    /// The values of its parameters, in the order of their numbers.
    public let parameters: [SQLParameter]

    /// Compiles a checked expression of type bool.
    public init(
        _ checked: CheckedExpression, scope: SQLScope, dialect: SQLDialect,
        constants: Constants = .bound(from: 1)
    ) throws(SQLRefusal) {
        var compiler = SQLCompiler(checked, scope, dialect, constants)
        sql = try compiler.whole()
        parameters = compiler.parameters
    }
}
