/// Quotes what stands in SQL texts: the one place where names and literals become SQL.
public enum PostgresName {
    /// The longest name that PostgreSQL keeps, in bytes of UTF-8; it cuts longer ones silently, so that two
    /// could become one.
    public static let bytesMax = 63

    /// A name as an identifier, exactly as it is spelled.
    public static func quote(_ name: String) -> String {
        "\"\(name.replacing("\"", with: "\"\""))\""
    }

    /// A table by its schema and name.
    public static func quote(schema: String, _ name: String) -> String {
        "\(quote(schema)).\(quote(name))"
    }

    /// A text as a literal, whatever `standard_conforming_strings` says.
    public static func literal(_ text: String) -> String {
        let doubled = text.replacing("'", with: "''")
        return text.contains("\\") ? "E'\(doubled.replacing("\\", with: "\\\\"))'" : "'\(doubled)'"
    }
}
