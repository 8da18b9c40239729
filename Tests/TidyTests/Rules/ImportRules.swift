/// The direction of imports.
enum ImportRules {
    /// One import statement.
    struct Import: Sendable, Equatable {
        /// The module.
        var module: String
        /// The line.
        var line: Int
    }

    /// Imports that the architecture does not allow.
    static func findings(_ file: SwiftFile, target: String, places: [String: Architecture.Place]) -> [Finding]
    {
        guard let place = places[target] else {
            return [
                Finding(
                    file.path, 0,
                    "target `\(target)` has no place: add it to Architecture.swift and docs/ARCHITECTURE.md")
            ]
        }
        return imports(file).compactMap { statement in
            let isAllowed =
                place.imports.contains(statement.module) || Architecture.platform.contains(statement.module)
            guard !isAllowed else { return nil }
            return Finding(
                file.path, statement.line,
                "`\(target)` may not import `\(statement.module)`: pass a value or a seam that `\(target)` declares, or move the code"
            )
        }
    }

    /// The modules that a file imports.
    static func imports(_ file: SwiftFile) -> [Import] {
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard tokens[index].text == "import", index + 1 < tokens.count else { return nil }
            var name = index + 1
            if kinds.contains(tokens[name].text), name + 1 < tokens.count { name += 1 }
            guard tokens[name].isWord, tokens[name].line == tokens[index].line else { return nil }
            return Import(module: tokens[name].text, line: tokens[index].line)
        }
    }

    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias",
    ]
}
