import Model

/// How SQLite's declared types map to kinds.
///
/// A declared type only suggests: each value is written with the kind of what is really stored, so a text in
/// an integer column stays a text. A column without a type (and ANY) has kind `bytes`: like SQLite's own BLOB
/// affinity it converts nothing.
enum SQLiteTypes {
    /// The scales that are taken from a declaration; integers at the largest still fit a decimal.
    static let scales = 0...18

    /// The kind of a declared type, with the scale it fixes.
    static func kind(ofDeclared declared: String) -> (Kind, scale: Int?) {
        let type = declared.uppercased()
        if type.isEmpty || type == "ANY" { return (.bytes, nil) }
        if type.hasPrefix("BOOL") { return (.bool, nil) }
        // The order and the fragments are SQLite's rules of affinity.
        if type.contains("INT") { return (.int64, nil) }
        if ["CHAR", "CLOB", "TEXT"].contains(where: type.contains) { return (.text, nil) }
        if type.contains("BLOB") || type.contains("BINARY") { return (.bytes, nil) }
        if ["REAL", "FLOA", "DOUB"].contains(where: type.contains) { return (.double, nil) }
        if ["NUMERIC", "DEC", "NUMBER", "MONEY"].contains(where: type.hasPrefix) {
            return (.decimal, scale(of: type))
        }
        return (.text, nil)
    }

    /// Whether SQLite turns digits that are written to a column of this declared type into an integer or a
    /// double: all but its text and blob affinities do.
    static func storesDigitsAsNumbers(_ declared: String) -> Bool {
        // The most frequent first: this is asked for every statement that writes.
        if declared.isEmpty || declared == "TEXT" { return false }
        if declared == "INTEGER" || declared == "NUMERIC" { return true }
        let type = declared.uppercased()
        if type.contains("INT") { return true }
        return !type.isEmpty && !["CHAR", "CLOB", "TEXT", "BLOB"].contains(where: type.contains)
    }

    private static func scale(of type: String) -> Int? {
        guard let open = type.firstIndex(of: "("), let close = type.lastIndex(of: ")"), open < close else {
            return nil
        }
        let parts = type[type.index(after: open)..<close].split(separator: ",")
        guard parts.count == 2, let scale = Int(parts[1].filter { $0 != " " }), scales.contains(scale)
        else { return nil }
        return scale
    }
}
