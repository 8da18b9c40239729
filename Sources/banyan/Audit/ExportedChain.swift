import Foundation
import Migration

/// A file to which a chain was exported.
enum ExportedChain {
    /// The largest file that is read as a chain.
    private static let bytesMax = 4 << 30

    /// What an exported chain begins with, whatever its version.
    private static let opening = Data("{\"format\":\"banyan-audit-".utf8)

    /// Whether a path names an exported chain.
    static func isOne(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        // What cannot be read is no export: reading it as a plan says why.
        let start = try? handle.read(upToCount: opening.count)
        return start == opening
    }

    static func text(_ path: String) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        guard data.count <= bytesMax else {
            throw MigrationError(
                .unusableFile, "\(path) is too large for a chain", hint: "name an exported chain")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
