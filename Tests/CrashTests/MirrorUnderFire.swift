import Demo
import Foundation
import Insurer
import Migration
import SQLite
import TestKit

/// A small insurer in a folder of one test, with people at work and an engine, each a process of its own.
final class MirrorUnderFire {
    let folder: DemoFolder
    let engine: Engine
    private let scratch: TemporaryFolder
    private var writer: ChildProcess?

    init(policies: Int = 600, seed: UInt64) throws {
        scratch = try TemporaryFolder("banyan-crash")
        folder = DemoFolder(path: scratch.path + "/insurer")
        try folder.prepare(policies: policies, seed: seed)
        engine = Engine(folder: folder, program: try Self.program())
    }

    deinit { writer?.end() }

    /// The program under test, beside the tests.
    static func program() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: tests).deletingLastPathComponent().appending(path: "banyan").path
    }

    /// Starts the engine and waits until it sees everything that happens.
    func startEngine() throws {
        try engine.start()
        try waitForEngine()
    }

    /// Waits until the engine sees everything that happens.
    func waitForEngine() throws {
        try Wait.until("the start of capture", within: .seconds(30)) {
            try engine.status()?.captures.values.contains { $0.phase == "running" } ?? false
        }
    }

    /// Lets people work; the same name goes on where it was killed.
    func startWriter(seed: UInt64, rate: Double) throws {
        writer = try ChildProcess(
            "writer", program: try Self.program(),
            arguments: [
                "demo-writer", "--legacy", folder.legacy, "--witness", folder.witness("clerks"), "--seed",
                "\(seed)",
                "--rate", "\(rate)",
            ], output: folder.output(of: "clerks"))
    }

    func killWriter() {
        writer?.end()
        writer = nil
    }

    func stopWriter() throws {
        guard let writer else { return }
        writer.send(SIGTERM)
        try Wait.until("the writer's end", within: .seconds(30)) { !writer.isRunning }
        self.writer = nil
        guard writer.ending == .exited(0) else { throw Died(words: writer.lastLines()) }
    }

    /// Transactions that legacy has committed.
    func transactions() throws -> Int {
        let connection = try SQLiteConnection(path: folder.legacy, access: .readOnly)
        return Int(try connection.integer("SELECT next_val FROM number_range WHERE range_nm = 'TXN'") ?? 0)
    }

    /// Waits until so many more transactions were committed.
    func waitForTransactions(_ count: Int) throws {
        let start = try transactions()
        try Wait.until("\(count) transactions", within: .seconds(60)) {
            if let writer, !writer.isRunning { throw Died(words: writer.lastLines()) }
            return try transactions() >= start + count
        }
    }

    /// Lets the engine finish, and has everything compared from outside.
    func settle() throws -> Verdict {
        if engine.process != nil { try engine.stop() }
        try engine.start(untilCaughtUp: true)
        try engine.waitForEnd(within: .seconds(120))
        return try Verdict(of: folder)
    }

    /// A process of a test has ended by itself.
    struct Died: Error {
        var words: String
    }
}
