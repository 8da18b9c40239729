/// Quotes what stands in SQL texts: the one place where names and literals become SQL.
public enum PostgresName {
    /// The longest name that PostgreSQL keeps, in bytes of UTF-8; it cuts longer ones silently, so that two
    /// could become one.
    public static let bytesMax = 63

    /// A name that the server keeps whole: one that is too long is cut here, and told apart from others that
    /// begin like it by a digest of all of it.
    public static func fitting(_ name: String) -> String {
        guard name.utf8.count > bytesMax else { return name }
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        let digest = "_" + String(hash, radix: 36)
        var beginning = ""
        for scalar in name.unicodeScalars {
            guard beginning.utf8.count + UTF8.width(scalar) + digest.utf8.count <= bytesMax else { break }
            beginning.unicodeScalars.append(scalar)
        }
        return beginning + digest
    }

    /// A name as an identifier, exactly as it is spelled.
    public static func quote(_ name: String) -> String {
        "\"\(name.replacing(scalar: "\"", with: "\"\""))\""
    }

    /// A table by its schema and name.
    public static func quote(schema: String, _ name: String) -> String {
        "\(quote(schema)).\(quote(name))"
    }

    /// A text as a literal, whatever `standard_conforming_strings` says.
    public static func literal(_ text: String) -> String {
        let doubled = text.replacing(scalar: "'", with: "''")
        return text.unicodeScalars.contains("\\")
            ? "E'\(doubled.replacing(scalar: "\\", with: "\\\\"))'" : "'\(doubled)'"
    }
}
