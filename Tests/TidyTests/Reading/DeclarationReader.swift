/// Finds declarations by their keywords and their bodies by counting braces.
///
/// It knows no grammar: a keyword counts where a statement may begin, which is how the formatter leaves every
/// file.
struct DeclarationReader {
    private let tokens: [Token]
    private var depth = 0
    private var declarations: [Declaration] = []

    /// Prepares to read the tokens of one file.
    init(_ tokens: [Token]) {
        self.tokens = tokens
    }

    /// All declarations in order.
    mutating func read() -> [Declaration] {
        for index in tokens.indices {
            switch tokens[index].text {
            case "{": depth += 1
            case "}": depth -= 1
            default:
                if let declaration = declaration(at: index) { declarations.append(declaration) }
            }
        }
        return declarations
    }

    private func declaration(at index: Int) -> Declaration? {
        let token = tokens[index]
        guard Self.keywords.contains(token.text) else { return nil }
        let first = firstModifier(before: index)
        // `.init(…)`, `self.class`, `case protocol:` and `any class` do not begin a statement.
        guard beginsStatement(first) else { return nil }
        guard let name = name(after: index) else { return nil }
        let modifiers = tokens[first..<index].map(\.text)
        return Declaration(
            keyword: token.text, name: name, modifiers: modifiers, line: tokens[first].line,
            lastLine: lastLine(of: index), depth: depth)
    }

    private func firstModifier(before index: Int) -> Int {
        var first = index
        while first > 0 {
            let token = tokens[first - 1]
            if Self.modifiers.contains(token.text) || token.text.hasPrefix("@") {
                first -= 1
            } else if token.text == ")", let opening = opening(of: first - 1), opening > 0,
                isModifierWithArgument(opening - 1)
            {
                first = opening - 1
            } else {
                break
            }
        }
        return first
    }

    private func opening(of closing: Int) -> Int? {
        var depth = 0
        var index = closing
        while index >= 0 {
            if tokens[index].text == ")" { depth += 1 }
            if tokens[index].text == "(" { depth -= 1 }
            if depth == 0 { return index }
            index -= 1
        }
        return nil
    }

    private func isModifierWithArgument(_ index: Int) -> Bool {
        Self.modifiers.contains(tokens[index].text) || tokens[index].text.hasPrefix("@")
    }

    private func beginsStatement(_ index: Int) -> Bool {
        guard index > 0 else { return true }
        let before = tokens[index - 1]
        return before.line < tokens[index].line || ["{", "}", ";", ":"].contains(before.text)
    }

    private func name(after index: Int) -> String? {
        let keyword = tokens[index].text
        guard index + 1 < tokens.count else { return nil }
        let next = tokens[index + 1]
        switch keyword {
        case "init", "subscript":
            return ["(", "<", "?", "!"].contains(next.text) ? keyword : nil
        case "deinit":
            return next.text == "{" ? keyword : nil
        case "func":
            return next.isWord ? next.text : operatorName(from: index + 1)
        case "extension":
            return next.isWord ? qualifiedName(from: index + 1) : nil
        default:
            return next.isWord && !Self.keywords.contains(next.text) ? next.text : nil
        }
    }

    /// A name with its dots.
    private func qualifiedName(from start: Int) -> String {
        var name = tokens[start].text
        var index = start
        while index + 2 < tokens.count, tokens[index + 1].text == ".", tokens[index + 2].isWord {
            index += 2
            name += "." + tokens[index].text
        }
        return name
    }

    private func operatorName(from start: Int) -> String {
        var name = ""
        var index = start
        while index < tokens.count, !tokens[index].isWord, name.isEmpty || tokens[index].isGlued,
            tokens[index].text != "("
        {
            name += tokens[index].text
            index += 1
        }
        return name
    }

    /// Where the body that belongs to the keyword ends; nil when it has none.
    private func lastLine(of keyword: Int) -> Int? {
        guard let opening = bodyStart(of: keyword) else { return nil }
        var depth = 0
        for index in opening..<tokens.count {
            if tokens[index].text == "{" { depth += 1 }
            if tokens[index].text == "}" { depth -= 1 }
            if depth == 0 { return tokens[index].line }
        }
        return nil
    }

    private func bodyStart(of keyword: Int) -> Int? {
        let isVariable = ["var", "let"].contains(tokens[keyword].text)
        var nesting = 0
        var index = keyword + 1
        while index < tokens.count {
            let text = tokens[index].text
            let isOnNextLine = nesting == 0 && tokens[index].line > tokens[index - 1].line
            // A variable's accessors open on its own line; what stands on the next line is another statement.
            if isVariable, isOnNextLine { return nil }
            switch text {
            case "(", "[": nesting += 1
            case ")", "]": nesting -= 1
            case "{" where nesting == 0: return index
            case "}" where nesting <= 0: return nil
            case "=" where nesting == 0 && isVariable: return nil
            default: break
            }
            if nesting < 0 { return nil }
            let isNextStatement =
                Self.keywords.contains(text) || Self.modifiers.contains(text) || text == "case"
            if isOnNextLine, isNextStatement { return nil }
            index += 1
        }
        return nil
    }

    private static let keywords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "extension", "typealias", "associatedtype", "func",
        "init",
        "deinit", "subscript", "var", "let",
    ]

    private static let modifiers: Set<String> = [
        "public", "package", "internal", "fileprivate", "private", "open", "static", "final", "mutating",
        "nonmutating", "consuming", "borrowing", "nonisolated", "isolated", "override", "convenience",
        "required",
        "indirect", "lazy", "weak", "unowned", "dynamic", "class", "prefix", "postfix", "infix",
    ]
}
