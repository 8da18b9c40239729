/// One top-level type a file, named as the file.
enum TypeRules {
    /// Files whose name is not the name of something in them.
    static func fileName(_ file: SwiftFile) -> [Finding] {
        guard file.source.name != "main.swift" else { return [] }
        let stem = String(file.source.name.dropLast(".swift".count))
        let subject = String(stem.split(separator: "+").first ?? "")
        let top = file.declarations.filter { $0.depth == 0 }
        // A file of `Type+capability` extends that type; any other file declares, or consists of, what it is
        // named after.
        guard !top.contains(where: { $0.name.split(separator: ".").contains { $0 == subject } }) else {
            return []
        }
        guard !isFamily(file, stem: stem) else { return [] }
        let found = top.prefix(3).map { "`\($0.name)`" }.joined(separator: ", ")
        return [
            Finding(
                file.path, 0,
                "declares \(found.isEmpty ? "nothing" : found) at its top, not `\(subject)`: name the file after its type"
            )
        ]
    }

    /// The number of types at the top of files that have more than one: what the ratchet compares.
    ///
    /// What is private to the file does not count.
    static func crowded(_ file: SwiftFile) -> [String: Int] {
        let count = topTypes(file).count
        return count > 1 ? [file.path: count] : [:]
    }

    /// Whether a file in the plural holds siblings: `LogicNodes` holds `AndNode` and `OrNode`.
    private static func isFamily(_ file: SwiftFile, stem: String) -> Bool {
        guard let plural = NameRules.words(of: stem).last, plural.hasSuffix("s") else { return false }
        let types = topTypes(file)
        return types.count > 1 && types.allSatisfy { $0.name.hasSuffix(plural.dropLast()) }
    }

    private static func topTypes(_ file: SwiftFile) -> [Declaration] {
        file.declarations.filter { declaration in
            declaration.depth == 0 && declaration.isType
                && !declaration.modifiers.contains("private")
                && !declaration.modifiers.contains("fileprivate")
        }
    }
}
