import Foundation

/// The repository's own files, read once for all rules.
struct Repository: Sendable {
    /// The repository that this file is part of.
    static func current() throws -> Repository { try loaded.get() }

    /// The folder that holds `Package.swift`.
    let root: URL
    /// Every text file, in path order.
    let texts: [TextFile]
    /// Every Swift file, in path order.
    let swift: [SwiftFile]
    /// The targets of `Package.swift`.
    let manifest: Manifest

    private static let loaded = Result { try Repository(root: rootFolder) }

    private static var rootFolder: URL {
        // Tests/TidyTests/Reading/Repository.swift
        (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    }

    private init(root: URL) throws {
        self.root = root
        texts = try Repository.paths(under: root).map { path in
            let data = try Data(contentsOf: root.appending(path: path))
            return TextFile(path: path, text: String(decoding: data, as: UTF8.self))
        }
        swift = texts.filter { $0.path.hasSuffix(".swift") }.map { SwiftFile($0) }
        manifest = Manifest(texts.first { $0.path == "Package.swift" }?.text ?? "")
    }

    /// The Swift files under a folder.
    func swift(under folder: String) -> [SwiftFile] {
        swift.filter { $0.path.hasPrefix(folder + "/") }
    }

    /// Whether a path relative to the root exists.
    func holds(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path(percentEncoded: false))
    }

    /// The paths that git tracks; nil outside a git working copy, such as an unpacked archive.
    func trackedPaths() throws -> [String]? {
        guard holds(".git") else { return nil }
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-c", "safe.directory=*", "ls-files"]
        git.currentDirectoryURL = root
        let output = Pipe()
        git.standardOutput = output
        try git.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { throw CocoaError(.fileReadUnknown) }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func paths(under root: URL) throws -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: root.path(percentEncoded: false)) else {
            throw CocoaError(.fileReadNoSuchFile)
        }
        var paths: [String] = []
        while let path = walk.nextObject() as? String {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            if madeFolders.contains(name) {
                walk.skipDescendants()
            } else if isText(name) {
                paths.append(path)
            }
        }
        return paths.sorted()
    }

    private static func isText(_ name: String) -> Bool {
        if ["Makefile", "run", "setup", "conformance", "wrap-comments"].contains(name) { return true }
        return name.contains(".") && textExtensions.contains(String(name.split(separator: ".").last ?? ""))
    }

    private static let madeFolders: Set<String> = [
        ".git", ".build", ".swiftpm", "state", "artifacts", "__pycache__",
    ]
    private static let textExtensions: Set<String> = [
        "swift", "md", "yaml", "yml", "sql", "json", "jsonl", "h", "c", "cpp", "modulemap", "sh", "py", "css",
        "js",
        "html", "tla",
    ]
}
