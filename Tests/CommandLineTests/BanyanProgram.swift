import Foundation
import TestKit
import Testing

/// The built program, run as a process in a folder.
struct BanyanProgram {
    /// What a finished process left behind.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// The lines of the output as JSON objects; empty when one of them is none.
        var objects: [[String: Any]] { BanyanProgram.objects(in: output) }

        /// The `error` object of the errors; empty when there is none.
        var error: [String: Any] {
            BanyanProgram.objects(in: errors).first?["error"] as? [String: Any] ?? [:]
        }
    }

    /// A process that goes on.
    final class Running {
        fileprivate let process: Process
        fileprivate let output: URL
        fileprivate let errors: URL

        fileprivate init(_ process: Process, output: URL, errors: URL) {
            self.process = process
            self.output = output
            self.errors = errors
        }

        deinit {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }

        /// What it has written so far.
        var text: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

        /// Whether it has not ended.
        var isRunning: Bool { process.isRunning }

        /// Sends it a signal.
        func signal(_ number: Int32) { kill(process.processIdentifier, number) }

        /// Waits for its end.
        func end(within limit: Duration = .seconds(60)) throws -> Outcome {
            do {
                try waitUntil("the end of banyan", within: limit) { !process.isRunning }
            } catch {
                // What it was at is the only hint at why.
                let words = try String(contentsOf: errors, encoding: .utf8)
                Issue.record(
                    "banyan \(process.arguments ?? []) said: \(text.suffix(1000)) \(words.suffix(1000))")
                throw error
            }
            return Outcome(
                status: process.terminationReason == .exit
                    ? process.terminationStatus : -process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8))
        }
    }

    /// Where it runs.
    let folder: String

    /// Runs it to its end.
    func callAsFunction(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
        try start(arguments, environment: environment).end()
    }

    /// Starts it.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
        let process = Process()
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(filePath: own).deletingLastPathComponent().appending(path: "banyan")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let name = UUID().uuidString
        let output = URL(filePath: folder + "/.\(name).out")
        let errors = URL(filePath: folder + "/.\(name).err")
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return Running(process, output: output, errors: errors)
    }

    /// The lines of a text as JSON objects; empty when one of them is none.
    static func objects(in text: String) -> [[String: Any]] {
        let lines = text.split(separator: "\n")
        let objects = lines.compactMap { line in
            try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        }
        return objects.count == lines.count ? objects : []
    }
}
