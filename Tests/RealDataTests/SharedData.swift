import Foundation

/// Where the real databases lie: outside the repository, beside the package or where `BANYAN_SHARED` says.
enum SharedData {
    struct NotFound: Error, CustomStringConvertible {
        let description: String
    }

    /// The package's root.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file of the example of this name.
    static func example(_ path: String) throws -> String {
        try String(contentsOf: package.appending(path: "examples/\(path)"), encoding: .utf8)
    }

    /// The path of a real database.
    static func path(_ name: String) throws -> String {
        let beside = package.deletingLastPathComponent().appending(path: "shared").path
        let shared = ProcessInfo.processInfo.environment["BANYAN_SHARED"] ?? beside
        let path = "\(shared)/data/\(name)"
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw NotFound(description: "no file at \(path); BANYAN_SHARED names the folder that holds data/")
        }
        return path
    }
}
