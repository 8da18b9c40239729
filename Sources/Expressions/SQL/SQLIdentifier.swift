import Model

/// A name of a table, column or alias as SQL needs it: the only place where such a name is quoted.
public struct SQLIdentifier: Sendable, Hashable, CustomStringConvertible {
    /// The name as the catalog spells it.
    public let name: String

    /// A name; empty ones and ones with a zero byte are refused, since no database takes them.
    public init(_ name: String) throws(ExpressionError) {
        guard !name.isEmpty, !name.utf8.contains(0) else {
            throw ExpressionError(.invalidIdentifier, "a name in SQL is not empty and has no zero byte")
        }
        self.name = name
    }

    /// The name between double quotes.
    public var quoted: String { "\"" + name.replacing(scalar: "\"", with: "\"\"") + "\"" }

    /// The quoted name.
    public var description: String { quoted }
}
