/// How long things may be.
enum LengthRules {
    /// Lines a file may have. Files aim at 120; past 400 a reader no longer holds it in the head.
    static let linesInFile = 400
    /// Lines a function may have. Functions aim at 20.
    static let linesInFunction = 70
    /// Columns a line of Swift may have.
    static let columns = 110
    /// Columns a line may have that holds one string literal and nothing else.
    static let columnsOfLiteral = 140

    /// Files that are too long.
    static func fileLength(_ file: SwiftFile) -> [Finding] {
        let count = file.source.lines.count
        guard count > linesInFile else { return [] }
        return [
            Finding(
                file.path, 0,
                "\(count) lines, at most \(linesInFile): move a concept into a file of its own (`Type+capability.swift`)"
            )
        ]
    }

    /// Lines that are too wide.
    ///
    /// A string literal alone on its line may run on to `columnsOfLiteral`: broken up, it could not be
    /// searched for.
    static func lineWidth(_ file: SwiftFile) -> [Finding] {
        file.source.lines.enumerated().compactMap { index, line in
            let width = line.unicodeScalars.count
            let limit = isLiteral(file.code[index]) ? columnsOfLiteral : columns
            guard width > limit else { return nil }
            return Finding(
                file.path, index + 1,
                "\(width) columns, at most \(limit): break the line (`make format` breaks most)")
        }
    }

    /// Whether a line of code is one string literal, with a label before it and punctuation after it at the
    /// most.
    private static func isLiteral(_ code: Substring) -> Bool {
        guard let open = code.firstIndex(of: "\""), let close = code.lastIndex(of: "\""), open < close else {
            return false
        }
        let label = code[..<open].drop { $0 == " " }
        return label.allSatisfy { $0.isLetter || ": +".contains($0) }
            && code[close...].dropFirst().allSatisfy { "),".contains($0) }
    }

    /// The lengths of the functions that are too long, by path and name: what the ratchet compares.
    static func longFunctions(_ file: SwiftFile) -> [String: Int] {
        var lengths: [String: Int] = [:]
        for declaration in file.declarations where functions.contains(declaration.keyword) {
            guard declaration.length > linesInFunction else { continue }
            lengths["\(file.path): \(declaration.name)", default: 0].formMax(declaration.length)
        }
        return lengths
    }

    private static let functions: Set<String> = ["func", "init", "deinit", "subscript", "var"]
}

extension Int {
    fileprivate mutating func formMax(_ other: Int) {
        self = Swift.max(self, other)
    }
}
