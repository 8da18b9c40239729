/// A declaration found in Swift code: enough of it to judge names, lengths and visibility.
struct Declaration: Sendable, Equatable {
    /// The keyword: `struct`, `func`, `init`, …
    var keyword: String
    /// The name; the keyword itself for an initializer, a subscript or a deinitializer.
    var name: String
    /// The modifiers and attributes before the keyword, in order.
    var modifiers: [String]
    /// The line of the first modifier or of the keyword.
    var line: Int
    /// The line on which the body ends; nil without a body.
    var lastLine: Int?
    /// The braces open around it: 0 at the top of the file.
    var depth: Int

    /// The keywords that declare a type.
    static let typeKeywords: Set<String> = ["struct", "class", "enum", "actor", "protocol"]

    /// Whether it declares a type.
    var isType: Bool { Declaration.typeKeywords.contains(keyword) }

    /// Lines from the first to the last; 1 without a body.
    var length: Int { (lastLine ?? line) - line + 1 }

    /// The declarations in the code, in order.
    static func read(_ tokens: [Token]) -> [Declaration] {
        var reader = DeclarationReader(tokens)
        return reader.read()
    }
}
