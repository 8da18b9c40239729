/// What a change of a column's declared type does to the values that are there.
enum TypeChange {
    /// Types among which values stay as they are: the server moves a value from one to another whole, or
    /// refuses the change. Types with a precision round, and `char` fills up with spaces.
    private static let families: [Set<String>] = [
        ["varchar", "character varying", "text"],
        ["smallint", "integer", "int", "bigint", "int2", "int4", "int8"], ["numeric", "decimal"],
    ]

    /// Whether values of the same kind and scale are the same under both declarations, in whichever order
    /// they came. A conversion that somebody wrote by hand (`USING`) within a family is not seen.
    static func keepsValues(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        let names = [one, other].map { $0.lowercased().prefix { $0 != "(" }.trimming(while: " ") }
        return families.contains { family in names.allSatisfy(family.contains) }
    }
}

extension Substring {
    fileprivate func trimming(while character: Character) -> String {
        var text = self
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
