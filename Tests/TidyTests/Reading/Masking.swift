/// Splits Swift text into its code and its comments, byte for byte: both have the text's length and its line
/// breaks.
///
/// In `code`, comments and the contents of string literals are blank; what is interpolated into a string
/// stays, because it is code. In `comments`, everything but comments is blank.
struct Masking {
    private enum Context {
        /// Code inside an interpolation, with the parentheses open in it.
        case interpolation(open: Int)
        /// A string literal with so many number signs around it.
        case string(hashes: Int, multiline: Bool)
    }

    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]
    private let text: [UInt8]
    private var contexts: [Context] = []
    private var index = 0

    /// Reads the text.
    init(_ source: String) {
        text = Array(source.utf8)
        code = text.map { $0 == Masking.newline ? $0 : Masking.space }
        comments = code
        while index < text.count {
            if case .string(let hashes, let multiline) = contexts.last {
                readString(hashes: hashes, multiline: multiline)
            } else {
                readCode()
            }
        }
    }

    private mutating func readCode() {
        if starts(with: "//") { return readLineComment() }
        if starts(with: "/*") { return readBlockComment() }
        let hashes = count(of: "#", from: index)
        if byte(at: index + hashes) == UInt8(ascii: "\"") { return openString(hashes: hashes) }
        trackInterpolation()
        keepCode()
    }

    private mutating func readLineComment() {
        while index < text.count, text[index] != Masking.newline { keepComment() }
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                keepComment()
            } else if starts(with: "*/") {
                depth -= 1
                keepComment()
            }
            keepComment()
        } while depth > 0 && index < text.count
    }

    private mutating func openString(hashes: Int) {
        index += hashes
        let multiline = starts(with: "\"\"\"")
        for _ in 0..<(multiline ? 3 : 1) { keepCode() }
        contexts.append(.string(hashes: hashes, multiline: multiline))
    }

    private mutating func readString(hashes: Int, multiline: Bool) {
        let quotes = multiline ? 3 : 1
        if text[index] == UInt8(ascii: "\\"), count(of: "#", from: index + 1) >= hashes {
            index += 1 + hashes
            if byte(at: index) == UInt8(ascii: "(") {
                keepCode()
                contexts.append(.interpolation(open: 0))
            } else {
                index += 1
            }
        } else if count(of: "\"", from: index) >= quotes, count(of: "#", from: index + quotes) >= hashes {
            for _ in 0..<quotes { keepCode() }
            index += hashes
            contexts.removeLast()
        } else {
            // A single-line literal cannot hold a line break: what looked like one was something else.
            if text[index] == Masking.newline, !multiline { contexts.removeLast() }
            index += 1
        }
    }

    private mutating func trackInterpolation() {
        guard case .interpolation(let open) = contexts.last else { return }
        switch text[index] {
        case UInt8(ascii: "("):
            contexts[contexts.count - 1] = .interpolation(open: open + 1)
        case UInt8(ascii: ")") where open == 0:
            contexts.removeLast()
        case UInt8(ascii: ")"):
            contexts[contexts.count - 1] = .interpolation(open: open - 1)
        default:
            break
        }
    }

    private mutating func keepCode() {
        guard index < text.count else { return }
        code[index] = text[index]
        index += 1
    }

    private mutating func keepComment() {
        guard index < text.count else { return }
        comments[index] = text[index]
        index += 1
    }

    private func byte(at position: Int) -> UInt8? {
        position < text.count ? text[position] : nil
    }

    private func count(of character: Unicode.Scalar, from start: Int) -> Int {
        var end = start
        while byte(at: end) == UInt8(ascii: character) { end += 1 }
        return end - start
    }

    private func starts(with prefix: StaticString) -> Bool {
        let wanted = Array("\(prefix)".utf8)
        return index + wanted.count <= text.count && text[index..<index + wanted.count].elementsEqual(wanted)
    }

    private static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
}
