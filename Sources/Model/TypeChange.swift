/// What a change of a column's declared type does to the values that are there.
public enum TypeChange {
    /// Types among which values stay as they are: the server moves a value from one to another whole, or
    /// refuses the change. Types with a precision round, and `char` fills up with spaces.
    private static let families: [Set<String>] = [
        ["varchar", "character varying", "text"],
        ["smallint", "integer", "int", "bigint", "int2", "int4", "int8"],
    ]

    /// Whether values of the same kind are the same under both declarations, in whichever order they came.
    ///
    /// Not seen are a conversion that somebody wrote by hand (`USING`) within a family, and spaces at the end
    /// of texts whose length was cut.
    public static func keepsValues(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let names = [one, other].map { $0.lowercased().prefix { $0 != "(" }.trimming(while: " ") }
        // The precision of a number may change, but not how many digits stand behind its point.
        if names.allSatisfy(["numeric", "decimal"].contains) { return scale(of: one) == scale(of: other) }
        return families.contains { family in names.allSatisfy(family.contains) }
    }

    /// The digits behind the point in `numeric(10,2)`; nil where none are fixed.
    private static func scale(of declaration: String) -> String? {
        guard let start = declaration.firstIndex(of: "(") else { return nil }
        let parts = declaration[start...].dropFirst().prefix { $0 != ")" }.split(separator: ",")
        return parts.count > 1 ? String(parts[1].filter { $0 != " " }) : "0"
    }
}

extension Substring {
    fileprivate func trimming(while character: Character) -> String {
        var text = self
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
