import Foundation

/// Another process of this program, started here and ended here.
package final class ChildProcess {
    /// How a process ended.
    package enum Ending: Equatable, Sendable {
        /// By itself, with a code.
        case exited(Int32)
        /// By a signal.
        case killed(Int32)
    }

    /// What it does, for messages.
    package let name: String
    /// The file that takes what it prints.
    package let output: String
    private let process = Process()

    /// Starts a program; what it prints is appended to a file.
    ///
    /// - Parameters:
    ///   - name: What it does, for messages.
    ///   - program: The file to run.
    ///   - arguments: What it is told.
    ///   - output: The file that takes what it prints.
    ///   - folder: Where it runs; nil for where this process does.
    ///   - environment: What it finds in its environment besides what this process has.
    /// - Throws: `DemoError` when it cannot be started.
    package init(
        _ name: String, program: String, arguments: [String], output: String, folder: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        self.name = name
        self.output = output
        if !FileManager.default.fileExists(atPath: output) {
            guard FileManager.default.createFile(atPath: output, contents: nil) else {
                throw DemoError(
                    .file, "\(output) cannot be made", hint: "Check the folder, its rights and its space.")
            }
        }
        let file = try FileHandle(forWritingTo: URL(filePath: output))
        try file.seekToEnd()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = file
        process.standardError = file
        do {
            try process.run()
        } catch {
            throw DemoError(
                .process, "\(name) cannot be started: \(error)", hint: "Check that \(program) can be run.")
        }
        try file.close()
    }

    /// The process's number.
    package var id: Int32 { process.processIdentifier }

    /// Whether it runs still.
    package var isRunning: Bool { process.isRunning }

    /// Sends a signal; does nothing when the process has ended.
    package func send(_ signal: Int32) {
        if isRunning { _ = kill(id, signal) }
    }

    /// How it ended; nil while it runs.
    package var ending: Ending? {
        if isRunning { return nil }
        return process.terminationReason == .uncaughtSignal
            ? .killed(process.terminationStatus) : .exited(process.terminationStatus)
    }

    /// Ends it at once, whatever it is doing, and waits until it is gone.
    package func end() {
        send(SIGCONT)
        send(SIGKILL)
        process.waitUntilExit()
    }

    /// The last lines it printed.
    package func lastLines(_ count: Int = 5) -> String {
        // A file that cannot be read has no lines to show.
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(count).joined(separator: "\n")
    }
}
