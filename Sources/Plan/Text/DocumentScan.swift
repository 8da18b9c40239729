/// A first look at a YAML text, before a parser is let near it: depth, aliases, anchors.
///
/// It reads quotes, comments and block scalars well enough to know where a token begins. What it lets through
/// is checked again on the parsed nodes; its purpose is that no text can make the parser work more than once
/// for each byte.
struct DocumentScan {
    /// Levels of nesting that a plan may have.
    static let depthLimit = 32

    /// What stands in the way of parsing.
    struct Fault {
        var mistake: PlanMistake
        var line: Int
        var column: Int
        var found: String
    }

    private var flowDepth = 0
    private var indents: [Int] = []
    private var quote: Unicode.Scalar?
    /// Indentation above which lines belong to a block scalar.
    private var blockIndent: Int?
    private var isPlainOpen = false
    private var fault: Fault?

    /// The first fault of a text; nil when it may be parsed.
    static func fault(in lines: [String]) -> Fault? {
        var scan = DocumentScan()
        for (index, line) in lines.enumerated() {
            scan.read(Array(line.unicodeScalars), line: index + 1)
            if let fault = scan.fault { return fault }
        }
        return nil
    }

    private mutating func read(_ line: [Unicode.Scalar], line number: Int) {
        let indent = line.firstIndex { $0 != " " } ?? line.count
        if let limit = blockIndent, quote == nil {
            if indent > limit || indent == line.count { return }
            blockIndent = nil
        }
        guard indent < line.count else { return }
        var index = indent
        var isTokenStart = quote == nil
        let continuesPlain = isPlainOpen && quote == nil
        isPlainOpen = false
        if isTokenStart, flowDepth == 0, line[indent] != "#" { nest(at: indent, number) }
        while index < line.count, fault == nil {
            if let open = quote {
                index = closing(open, line, from: index)
                isTokenStart = false
                continue
            }
            let scalar = line[index]
            let next = index + 1 < line.count ? line[index + 1] : " "
            if scalar == "#", index == 0 || line[index - 1] == " " || line[index - 1] == "\t" { return }
            if scalar == " " || scalar == "\t" { index += 1; continue }
            if isTokenStart {
                if starts(scalar, next, line, &index, indent, number, continuesPlain) { continue }
                isTokenStart = false
            } else if flowDepth > 0, "[]{},".unicodeScalars.contains(scalar) {
                isTokenStart = true
                continue
            } else if scalar == ":", next == " " || next == "\t" || index + 1 == line.count {
                isTokenStart = true
                isPlainOpen = false
                index += 1
                continue
            }
            index += 1
            isPlainOpen = !isTokenStart
        }
    }

    /// Handles what may begin a token; true when the index moved on and another token may begin.
    private mutating func starts(
        _ scalar: Unicode.Scalar, _ next: Unicode.Scalar, _ line: [Unicode.Scalar], _ index: inout Int,
        _ indent: Int, _ number: Int, _ continuesPlain: Bool
    ) -> Bool {
        switch scalar {
        case "[", "{":
            flowDepth += 1
            limit(index, number)
        case "]", "}": flowDepth = max(0, flowDepth - 1)
        case ",": break
        case "-", "?", ":":
            guard next == " " || next == "\t" || index + 1 == line.count else { return false }
            if flowDepth == 0, let inner = line[(index + 1)...].firstIndex(where: { $0 != " " }) {
                nest(at: inner, number)
            }
        case "'", "\"": quote = scalar
        case "|", ">":
            guard flowDepth == 0 else { return false }
            // The text is indented deeper than the key before it, or than the dash when it is an item itself.
            blockIndent = (indents.last == index ? indents.dropLast().last : indents.last) ?? -1
            index = line.count
            return true
        case "&", "*":
            guard next.isAnchorCharacter, !(continuesPlain && index == indent && !hasKey(line)) else {
                return false
            }
            let name = line[index...].prefix { $0 != " " && $0 != "," && $0 != "]" && $0 != "}" }
            let mistake = scalar == "&" ? PlanMistake.yamlAnchor : .yamlAlias
            fault = Fault(
                mistake: mistake, line: number, column: index + 1,
                found: String(String.UnicodeScalarView(name)))
        default: return false
        }
        index += 1
        return true
    }

    private func hasKey(_ line: [Unicode.Scalar]) -> Bool {
        line.indices.contains { line[$0] == ":" && ($0 + 1 == line.count || line[$0 + 1] == " ") }
    }

    /// The index after the closing quote, or the line's end while the quote stays open.
    private mutating func closing(_ open: Unicode.Scalar, _ line: [Unicode.Scalar], from start: Int) -> Int {
        var index = start
        while index < line.count {
            if open == "\"", line[index] == "\\" {
                index += 2
            } else if line[index] == open {
                guard open == "'", index + 1 < line.count, line[index + 1] == "'" else {
                    quote = nil
                    return index + 1
                }
                index += 2
            } else {
                index += 1
            }
        }
        return line.count
    }

    private mutating func nest(at column: Int, _ number: Int) {
        while let last = indents.last, last >= column { indents.removeLast() }
        indents.append(column)
        limit(column, number)
    }

    private mutating func limit(_ column: Int, _ number: Int) {
        guard indents.count + flowDepth > DocumentScan.depthLimit else { return }
        fault = Fault(
            mistake: .tooDeep, line: number, column: column + 1, found: "\(indents.count + flowDepth) levels")
    }
}

extension Unicode.Scalar {
    fileprivate var isAnchorCharacter: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }
}
