/// A database's own way of writing SQL.
public enum SQLDialect: String, Sendable, Hashable, CaseIterable {
    /// SQLite 3.
    case sqlite
    /// PostgreSQL.
    case postgres

    func bool(_ value: Bool) -> String {
        switch self {
        case .sqlite: value ? "1" : "0"
        case .postgres: value ? "TRUE" : "FALSE"
        }
    }

    /// The comparison for which two nulls are the same.
    func same(_ left: String, _ right: String) -> String {
        switch self {
        case .sqlite: "(\(left) IS \(right))"
        case .postgres: "(\(left) IS NOT DISTINCT FROM \(right))"
        }
    }

    /// The collation that compares bytes.
    var bytewise: String { self == .sqlite ? "BINARY" : "\"C\"" }
}
