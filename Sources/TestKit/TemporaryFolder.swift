import Foundation

/// A folder of one test: made empty, removed with everything in it when the last reference goes.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: String

    /// Makes a folder.
    ///
    /// - Parameters:
    ///   - name: The beginning of its name, for people who look while a test runs.
    ///   - isInMemory: Whether it is better on a memory file system, where there is one: for tests that make
    ///     thousands of files and ask nothing of the disk.
    public init(_ name: String = "banyan", isInMemory: Bool = false) throws {
        let parent =
            isInMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
            ? "/dev/shm" : FileManager.default.temporaryDirectory.path
        path = parent + "/" + name + "-" + UUID().uuidString.lowercased()
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // A test may have removed it itself; whatever else remains is seen in the temporary folder.
            return
        }
    }

    /// The path of a file in it.
    public func file(_ name: String) -> String { path + "/" + name }
}
