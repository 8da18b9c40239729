import Model

/// A value in a statement, with what its NULL means.
struct SQLTerm {
    /// What kind of value it is: only equal families are compared.
    enum Family: Equatable {
        case null, bool, int, double, text, bytes, date, localTimestamp, timestamp, uuid
        /// A decimal; with a scale it is a whole number of units of 10^-scale, without one the database's own
        /// number.
        case decimal(scale: Int?)
        /// What is only asked whether it is null.
        case incomparable
    }

    /// The value; NULL when the value is null or an error.
    var sql: String
    var family: Family
    /// A condition, never unknown, that holds when the value is null; nil when it never is.
    var isNull: String?
    /// Whether the SQL may be NULL because of an error.
    var mayFail = false
    /// The number, when the term is a decimal or int that is written in the expression.
    var number: Decimal128?

    /// Whether the SQL may be NULL at all.
    var mayBeNull: Bool { isNull != nil || mayFail }
}
