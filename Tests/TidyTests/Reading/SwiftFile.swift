/// A Swift file as the rules read it: lines, code, comments, tokens and declarations.
struct SwiftFile: Sendable {
    /// The text and where it is.
    var source: TextFile
    /// The lines with comments and the contents of strings left blank.
    var code: [Substring]
    /// The lines with everything but comments left blank.
    var comments: [Substring]
    /// The words and marks of the code.
    var tokens: [Token]
    /// What the file declares, in order.
    var declarations: [Declaration]

    /// Reads a text.
    init(path: String, text: String) {
        self.init(TextFile(path: path, text: text))
    }

    /// Reads a file.
    init(_ source: TextFile) {
        self.source = source
        let masking = Masking(source.text)
        code = TextFile.split(String(decoding: masking.code, as: UTF8.self))
        comments = TextFile.split(String(decoding: masking.comments, as: UTF8.self))
        tokens = Token.read(masking.code)
        declarations = Declaration.read(tokens)
    }

    /// The path relative to the repository's root.
    var path: String { source.path }

    /// Whether the line (from 1) has a comment, or the nearest line above it that is not an attribute is one.
    func isExplained(_ line: Int) -> Bool {
        if hasComment(line) { return true }
        var above = line - 1
        while above > 0, isAttribute(above) { above -= 1 }
        return hasComment(above)
    }

    /// Whether the line (from 1) has a comment on it.
    func hasComment(_ line: Int) -> Bool {
        line > 0 && line <= comments.count && comments[line - 1].contains { $0 != " " }
    }

    /// Whether the line (from 1) holds nothing but attributes.
    func isAttribute(_ line: Int) -> Bool {
        guard line > 0, line <= code.count else { return false }
        return code[line - 1].drop { $0 == " " }.first == "@"
    }
}
