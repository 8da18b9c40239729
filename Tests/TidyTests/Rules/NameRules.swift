/// What names may not say.
enum NameRules {
    /// Words that say nothing about the domain, each with what to write instead.
    static let bannedWords: [String: String] = [
        "Manager": "what it does: a Pump, a Journal, a Ledger",
        "Helper": "the concept it serves, as an extension of that concept's type",
        "Helpers": "the concept it serves, as an extension of that concept's type",
        "Util": "the concept it serves",
        "Utils": "the concept it serves",
        "Utility": "the concept it serves",
        "Utilities": "the concept it serves",
        "Common": "the concept that is shared",
        "Base": "a protocol or a value; nothing here inherits",
        "Misc": "one name for each thing in it",
        "New": "what it is, not when it was written",
        "Old": "what it is (`legacy` for the system one leaves)",
    ]

    /// Types whose name has a banned word.
    static func typeNames(_ file: SwiftFile) -> [Finding] {
        file.declarations.filter { $0.isType || $0.keyword == "typealias" }.flatMap { declaration in
            findings(in: declaration.name, path: file.path, line: declaration.line, what: "type")
        }
    }

    /// Files and folders whose name has a banned word.
    static func pathNames(_ path: String) -> [Finding] {
        path.split(separator: "/").flatMap { part in
            findings(
                in: String(part.split(separator: ".").first ?? ""), path: path, line: 0,
                what: "file or folder")
        }
    }

    /// Tests named after what they call; a test's name is a sentence about behaviour.
    static func testNames(_ file: SwiftFile) -> [Finding] {
        file.declarations.filter { $0.keyword == "func" && $0.modifiers.contains("@Test") }.compactMap {
            test in
            let words = words(of: test.name)
            guard words.first == "test" || words.count < 2 else { return nil }
            return Finding(
                file.path, test.line,
                "test `\(test.name)`: say what happens, as in `refusesABatchUnderAnOlderEpoch`")
        }
    }

    /// The words of a CamelCase name; digits belong to the word before them.
    static func words(of name: String) -> [String] {
        var words: [String] = []
        var word = ""
        let characters = Array(name.filter { $0 != "`" })
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : nil
            let afterLower = word.last.map { !$0.isUppercase } ?? false
            // An acronym ends before the capital that begins the next word: `URLHelper` is `URL` and
            // `Helper`.
            let endsAcronym = (word.last?.isUppercase ?? false) && (next?.isLowercase ?? false)
            if character == "_" || character == "+" || character == "-" {
                words.append(word)
                word = ""
            } else if character.isUppercase, afterLower || endsAcronym {
                words.append(word)
                word = String(character)
            } else {
                word.append(character)
            }
        }
        return (words + [word]).filter { !$0.isEmpty }
    }

    private static func findings(in name: String, path: String, line: Int, what: String) -> [Finding] {
        words(of: name).compactMap { word in
            guard let instead = bannedWords[word] else { return nil }
            return Finding(path, line, "\(what) `\(name)` says `\(word)`: name \(instead)")
        }
    }
}
