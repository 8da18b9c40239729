/// How long things may be.
enum LengthRules {
    /// Lines a file may have. Files aim at 120; past 400 a reader no longer holds it in the head.
    static let linesInFile = 400
    /// Lines a function may have. Functions aim at 20.
    static let linesInFunction = 70
    /// Columns a line of Swift may have.
    static let columns = 110

    /// Files that are too long.
    static func fileLength(_ file: SwiftFile) -> [Finding] {
        let count = file.source.lines.count
        guard count > linesInFile else { return [] }
        return [
            Finding(
                file.path, 0,
                "\(count) lines, at most \(linesInFile): move a concept into a file of its own (`Type+capability.swift`)")
        ]
    }

    /// Lines that are too wide.
    static func lineWidth(_ file: SwiftFile) -> [Finding] {
        file.source.lines.enumerated().compactMap { index, line in
            let width = line.unicodeScalars.count
            guard width > columns else { return nil }
            return Finding(
                file.path, index + 1, "\(width) columns, at most \(columns): break the line (`make format` breaks code)")
        }
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
