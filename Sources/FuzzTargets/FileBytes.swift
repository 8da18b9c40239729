import Foundation
import Glibc

/// Whole files, read and written at once.
enum FileBytes {
    static func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }

    /// Puts these bytes into a file of that name, in the same inode when there is one.
    static func write(_ bytes: [UInt8], _ path: String) throws {
        // The call reads the path and keeps nothing.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                // The rest lies within the buffer, which the call only reads.
                unsafe Glibc.write(
                    descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            guard count > 0 else { throw CocoaError(.fileWriteOutOfSpace) }
            written += count
        }
    }

    /// Removes a file; nothing happens when there is none.
    static func remove(_ path: String) {
        // The call reads the path and keeps nothing.
        _ = unsafe unlink(path)
    }
}
