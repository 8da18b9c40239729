/// A file of text: its path relative to the repository's root, and its lines.
struct TextFile: Sendable {
    /// The path, with `/` between folders.
    var path: String
    /// The whole text.
    var text: String
    /// The lines without their ends.
    var lines: [Substring]

    /// Splits a text into lines.
    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = TextFile.split(text)
    }

    /// The lines of a text; the end of the last line begins no further one.
    static func split(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// The last part of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }
}
