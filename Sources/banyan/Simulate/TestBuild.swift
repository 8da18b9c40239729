import Foundation
import Migration

/// The debug build, in which guards can be removed.
enum TestBuild {
    /// Builds it from the working copy, if this is one, and goes on as that program with the same arguments.
    static func become() throws -> Never {
        let root = FileManager.default.currentDirectoryPath
        guard FileManager.default.fileExists(atPath: root + "/Sources/Guards/Guard.swift") else {
            throw MigrationError(
                .unusableFile, "guards cannot be removed from this program",
                hint: "start it in a working copy of the project, where the debug build can be made")
        }
        Terminal.standardError("building the program whose guards can be removed: the debug build\n")
        try run(["swift", "build", "--product", "banyan"])
        let program = root + "/.build/debug/banyan"
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe []
        // The copies live until the program is replaced.
        for argument in [program] + CommandLine.arguments.dropFirst() {
            unsafe arguments.append(strdup(argument))
        }
        unsafe arguments.append(nil)
        // On success this does not return.
        unsafe execv(program, arguments)
        throw MigrationError(
            .halted, "cannot start the debug build (errno \(errno))", hint: "look at \(program)")
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw MigrationError(
                .halted, "the debug build failed", hint: "its messages stand above")
        }
    }
}
