import Foundation
import Migration

/// The build in which guards can be removed.
enum TestBuild {
    /// Where it is built, beside the ordinary one.
    private static let folder = ".build/mutants"

    /// Builds it from the working copy, if this is one, and goes on as that program with the same arguments.
    static func become() throws -> Never {
        let root = FileManager.default.currentDirectoryPath
        guard FileManager.default.fileExists(atPath: root + "/Sources/Guards/Guard.swift") else {
            throw MigrationError(
                .unusableFile, "this program was built without mutants",
                hint: "start it in a working copy of the project, where the test build can be made")
        }
        Terminal.standardError("building the program whose guards can be removed, in \(folder)\n")
        let options = [
            "-c", "release", "--product", "banyan", "--scratch-path", folder, "-Xswiftc", "-DMUTANTS",
        ]
        try run(["swift", "build"] + options)
        let program = root + "/" + folder + "/release/banyan"
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe []
        // The copies live until the program is replaced.
        for argument in [program] + CommandLine.arguments.dropFirst() {
            unsafe arguments.append(strdup(argument))
        }
        unsafe arguments.append(nil)
        // On success this does not return.
        unsafe execv(program, arguments)
        throw MigrationError(
            .halted, "cannot start the test build (errno \(errno))", hint: "look into \(folder)")
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
                .halted, "the test build failed", hint: "its messages stand above")
        }
    }
}
