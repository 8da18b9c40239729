/// What `Package.swift` says, read from its text: the targets in order, and where packages come from.
struct Manifest: Sendable {
    /// One target.
    struct Target: Sendable, Equatable {
        /// How it is declared: `target`, `executableTarget`, `testTarget`, `systemLibrary`.
        var kind: String
        /// The module's name.
        var name: String
        /// The folder.
        var path: String
        /// The targets of this package that it depends on.
        var dependencies: [String]
        /// The line in the manifest.
        var line: Int
    }

    /// The targets in the order of the manifest.
    var targets: [Target]
    /// The addresses of the packages, each with its line.
    var addresses: [(url: String, line: Int)]

    /// Reads a manifest's text.
    init(_ text: String) {
        let source = Array(text.utf8)
        let code = Masking(text).code
        targets = []
        for kind in ["target", "executableTarget", "testTarget", "systemLibrary"] {
            for opening in Manifest.calls(of: ".\(kind)(", in: code) {
                let closing = Manifest.closing(of: opening, in: code)
                let arguments = String(decoding: source[opening..<closing], as: UTF8.self)
                let line = source[..<opening].count { $0 == UInt8(ascii: "\n") } + 1
                if let target = Manifest.target(kind, arguments, line: line) { targets.append(target) }
            }
        }
        targets.sort { $0.line < $1.line }
        addresses = TextFile.split(text).enumerated().flatMap { index, line in
            Manifest.strings(after: "url:", in: String(line)).prefix(1).map { ($0, index + 1) }
        }
    }

    /// The target whose folder holds a path; the deepest one when folders nest.
    func target(holding path: String) -> Target? {
        targets.filter { path.hasPrefix($0.path + "/") }.max { $0.path.count < $1.path.count }
    }

    private static func target(_ kind: String, _ arguments: String, line: Int) -> Target? {
        guard let name = strings(after: "name:", in: arguments).first else { return nil }
        let folder = kind == "testTarget" ? "Tests" : "Sources"
        var path = "\(folder)/\(name)"
        if arguments.contains("path:"), let given = strings(after: "path:", in: arguments).first {
            path = given
        }
        var dependencies: [String] = []
        if let start = arguments.firstRange(of: "dependencies:"),
            let end = arguments[start.upperBound...].firstIndex(of: "]")
        {
            dependencies = strings(after: "dependencies:", in: String(arguments[..<end]))
        }
        return Target(kind: kind, name: name, path: path, dependencies: dependencies, line: line)
    }

    /// The contents of the string literals that follow a label.
    private static func strings(after label: String, in text: String) -> [String] {
        guard let range = text.firstRange(of: label) else { return [] }
        let parts = text[range.upperBound...].split(separator: "\"", omittingEmptySubsequences: false)
        return parts.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    private static func calls(of call: String, in code: [UInt8]) -> [Int] {
        let wanted = Array(call.utf8)
        return code.indices.filter { index in
            index + wanted.count <= code.count && code[index] == wanted[0]
                && code[index..<index + wanted.count].elementsEqual(wanted)
        }.map { $0 + wanted.count }
    }

    private static func closing(of opening: Int, in code: [UInt8]) -> Int {
        var depth = 1
        var index = opening
        while index < code.count, depth > 0 {
            if code[index] == UInt8(ascii: "(") { depth += 1 }
            if code[index] == UInt8(ascii: ")") { depth -= 1 }
            index += 1
        }
        return index
    }
}
