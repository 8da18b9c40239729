/// What keeps a system's tables, where the example's statements depend on it.
package enum InsurerDialect: Sendable {
    /// A file.
    case sqlite
    /// A server.
    case postgres

    /// Begins a transaction that will write.
    var begin: String {
        switch self {
        case .sqlite: "BEGIN IMMEDIATE"
        case .postgres: "BEGIN"
        }
    }

    /// A column's value as a literal in one text.
    func literal(_ column: String) -> String {
        switch self {
        case .sqlite: "quote(\(column))"
        case .postgres: "quote_nullable(\(column)::text)"
        }
    }
}
