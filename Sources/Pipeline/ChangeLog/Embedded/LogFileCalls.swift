import Glibc

/// The calls by which a log changes files without SQLite, injected so that a test can lose what they did.
///
/// Each returns 0, or the number of the system's error.
package struct LogFileCalls: Sendable {
    /// Gives a file another name, in place of whatever has it.
    package let rename: @Sendable (_ from: String, _ to: String) -> Int32
    /// Makes the names of a folder's files durable.
    package let syncFolder: @Sendable (_ folder: String) -> Int32
    /// Writes at the start of an open file, of which the path is told too.
    package let writeStart: @Sendable (_ path: String, _ descriptor: Int32, _ bytes: [UInt8]) -> Int32

    /// Takes the calls from elsewhere.
    package init(
        rename: @escaping @Sendable (String, String) -> Int32,
        syncFolder: @escaping @Sendable (String) -> Int32,
        writeStart: @escaping @Sendable (String, Int32, [UInt8]) -> Int32
    ) {
        self.rename = rename
        self.syncFolder = syncFolder
        self.writeStart = writeStart
    }

    /// The system's own.
    package static let system = LogFileCalls(
        // The calls read the paths and keep nothing.
        rename: { from, to in unsafe Glibc.rename(from, to) == 0 ? 0 : errno },
        syncFolder: { folder in
            // The call reads the path and keeps nothing.
            let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { return errno }
            defer { close(descriptor) }
            return fsync(descriptor) == 0 ? 0 : errno
        },
        writeStart: { _, descriptor, bytes in
            // The array outlives the call; a write that stops short found no room for the rest.
            let written = unsafe pwrite(descriptor, bytes, bytes.count, 0)
            return written == bytes.count ? 0 : written < 0 ? errno : ENOSPC
        })
}
