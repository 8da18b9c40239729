import Demo
import Foundation
import Glibc

/// A file system of a few megabytes, in memory.
struct SmallDisk {
    private let path: String
    private var ballast: String { path + "/ballast" }

    /// Mounts a disk on a folder that is made here.
    init(at path: String, megabytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Self.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path])
    }

    /// Moves a file or a folder onto the disk; a link stays in its place.
    func take(_ file: String) throws {
        let place = path + "/" + URL(filePath: file).lastPathComponent
        try Self.run("/bin/mv", [file, place])
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: place)
    }

    /// Leaves no room.
    func fill() throws {
        // The path lives through the call, which keeps no pointer to it.
        let descriptor = unsafe open(ballast, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try require(descriptor >= 0, "\(ballast) cannot be made")
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0x42, count: 4_096)
        // The array outlives each call.
        while unsafe write(descriptor, block, block.count) == block.count {}
        try require(errno == ENOSPC, "the disk is not full, but errno is \(errno)")
    }

    /// Makes room again.
    func empty() throws { try FileManager.default.removeItem(atPath: ballast) }

    /// Takes the disk away with everything on it.
    func unmount() {
        // Whoever still uses it keeps it until the namespace ends.
        try? Self.run("/bin/umount", ["-l", path])
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        try process.run()
        process.waitUntilExit()
        try require(
            process.terminationStatus == 0,
            "\(program) \(arguments.joined(separator: " ")) failed: this needs a mount namespace (unshare -m)"
        )
    }
}
