/// Headed tables with a few lines of text before each, rendered in any format.
struct TextTable {
    /// One table.
    struct Section {
        var title: String
        var level = 2
        var notes: [String] = []
        var columns: [String] = []
        var rows: [[String]] = []
    }

    var sections: [Section] = []

    func render(_ format: PlanFormat) -> String {
        switch format {
        case .terminal: sections.map(terminal).joined(separator: "\n")
        case .markdown: sections.map(markdown).joined(separator: "\n")
        case .html: sections.map(html).joined()
        }
    }

    // MARK: terminal

    /// Columns wider than this are folded.
    private static let foldWidth = 44

    private func terminal(_ section: Section) -> String {
        var lines = [
            section.title, String(repeating: section.level == 1 ? "=" : "-", count: section.title.count),
        ]
        lines += section.notes
        guard !section.columns.isEmpty else { return lines.joined(separator: "\n") + "\n" }
        let rows = ([section.columns] + section.rows).map { row in row.map { fold($0) } }
        let widths = section.columns.indices.map { column in
            rows.map { $0[column].map(\.count).max() ?? 0 }.max() ?? 0
        }
        for (index, row) in rows.enumerated() {
            for line in 0..<(row.map(\.count).max() ?? 0) {
                let cells = row.indices.map { column in
                    let text = line < row[column].count ? row[column][line] : ""
                    return text + String(repeating: " ", count: widths[column] - text.count)
                }
                lines.append(cells.joined(separator: "  ").trimmedEnd)
            }
            if index == 0 {
                lines.append(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func fold(_ text: String) -> [String] {
        var lines: [String] = []
        for part in text.printableLines.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in part.split(separator: " ", omittingEmptySubsequences: false) {
                if !line.isEmpty, line.count + word.count + 1 > TextTable.foldWidth {
                    lines.append(line)
                    line = String(word)
                } else {
                    line += line.isEmpty ? String(word) : " " + word
                }
            }
            lines.append(line)
        }
        return lines
    }

    // MARK: markdown

    private func markdown(_ section: Section) -> String {
        var lines = [String(repeating: "#", count: section.level) + " " + escaped(section.title), ""]
        for note in section.notes { lines += [escaped(note), ""] }
        guard !section.columns.isEmpty else { return lines.joined(separator: "\n") }
        lines.append("| " + section.columns.joined(separator: " | ") + " |")
        lines.append("|" + String(repeating: "---|", count: section.columns.count))
        for row in section.rows { lines.append("| " + row.map(escaped).joined(separator: " | ") + " |") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func escaped(_ text: String) -> String {
        var escaped = text.printableLines
        for (character, replacement) in [
            ("\\", "\\\\"), ("|", "\\|"), ("<", "&lt;"), ("*", "\\*"), ("_", "\\_"), ("\n", "<br>"),
        ] {
            escaped.replace(character, with: replacement)
        }
        return escaped
    }

    // MARK: HTML

    private func html(_ section: Section) -> String {
        var text = "<h\(section.level)>\(section.title.htmlText)</h\(section.level)>\n"
        for note in section.notes { text += "<p>\(note.htmlText)</p>\n" }
        guard !section.columns.isEmpty else { return text }
        text +=
            "<table>\n<thead><tr>" + section.columns.map { "<th scope=\"col\">\($0.htmlText)</th>" }.joined()
        text += "</tr></thead>\n<tbody>\n"
        for row in section.rows {
            text += "<tr>" + row.map { "<td>\($0.htmlText)</td>" }.joined() + "</tr>\n"
        }
        return text + "</tbody>\n</table>\n"
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// The text with control characters replaced, except for the ends of lines.
    fileprivate var printableLines: String {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }.joined(
            separator: "\n")
    }

    /// The text as HTML content.
    var htmlText: String {
        var text = printableLines
        for (character, replacement) in [
            ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"), ("\n", "<br>"),
        ] { text.replace(character, with: replacement) }
        return text
    }
}
