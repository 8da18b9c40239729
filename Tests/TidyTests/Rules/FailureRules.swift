/// What the table of failures must hold: in each row a test that exists, or a plain word why there is none.
enum FailureRules {
    /// One row of a table.
    struct Row {
        /// The line in the document, from 1.
        var line: Int
        /// What stands in backticks, in order.
        var quoted: [String]
        /// The whole line.
        var text: Substring
    }

    /// The rows of every table of a document, without the heads.
    static func rows(of document: TextFile) -> [Row] {
        var rows: [Row] = []
        for (index, line) in document.lines.enumerated() where line.hasPrefix("|") && !isRule(line) {
            let next = index + 1 < document.lines.count ? document.lines[index + 1] : ""
            if isRule(next) { continue }
            let parts = line.split(separator: "`", omittingEmptySubsequences: false)
            let quoted = parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
            rows.append(Row(line: index + 1, quoted: quoted, text: line))
        }
        return rows
    }

    /// The names of the tests that a file declares.
    static func tests(in file: SwiftFile) -> Set<String> {
        Set(
            file.declarations.filter {
                $0.keyword == "func" && $0.modifiers.contains { $0.hasPrefix("@Test") }
            }
            .map(\.name))
    }

    /// Tests that none of the files named in their row declares.
    static func missingTests(_ document: TextFile, tests: [String: Set<String>]) -> [Finding] {
        rows(of: document).flatMap { row in
            let files = row.quoted.filter { $0.hasPrefix("Tests/") }
            let declared = files.reduce(into: Set<String>()) { $0.formUnion(tests[$1] ?? []) }
            return row.quoted.filter { isTestName($0) && !declared.contains($0) }.map {
                Finding(
                    document.path, row.line,
                    "test `\($0)` is in none of the files that its row names: name the test that keeps this now"
                )
            }
        }
    }

    /// Rows that name no test and do not say why.
    static func silentRows(_ document: TextFile) -> [Finding] {
        rows(of: document).filter { row in
            !row.quoted.contains(where: isTestName)
                && !["**open**", "**not applicable**"].contains { row.text.contains($0) }
        }.map {
            Finding(
                document.path, $0.line,
                "names no test: name one, or say `**open**` or `**not applicable**` and why")
        }
    }

    /// Whether this is the name of a test: several words in one, the first in lower case.
    private static func isTestName(_ text: String) -> Bool {
        guard text.first?.isLowercase == true, text.allSatisfy({ $0.isLetter || $0.isNumber }) else {
            return false
        }
        return text.contains { $0.isUppercase }
    }

    private static func isRule(_ line: Substring) -> Bool {
        line.hasPrefix("|") && line.contains("-") && line.allSatisfy { "|-: ".contains($0) }
    }
}
