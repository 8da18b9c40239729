import Demo
import Foundation
import TestKit
import Testing

/// The demonstration as people run it.
@Suite(.serialized) struct DemoTests {
    /// What a small demonstration says at its end, which must be a good one.
    private func report(
        of arguments: [String], in scratch: TemporaryFolder, within limit: Duration
    ) throws -> DemoReport {
        let result = scratch.file("result.json")
        // An engine that a sanitizer slows down must keep up all the same.
        let rate = Patience.factor > 1 ? "8" : "40"
        let demo = try ChildProcess(
            "demo", program: try MirrorUnderFire.program(),
            arguments: ["demo", "--policies", "200", "--rate", rate, "--headless", "--format", "json"]
                + arguments, output: result)
        try Wait.until("the demonstration's end", within: limit) { !demo.isRunning }
        #expect(demo.ending == .exited(0), "\(demo.lastLines())")
        let lines = try String(contentsOfFile: result, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 1)
        let report = try JSONDecoder().decode(DemoReport.self, from: Data((lines.first ?? "").utf8))
        #expect(report.isSuccess)
        #expect(report.policies == 200 && report.kills >= 3 && report.certificate == "accept")
        #expect(report.audit == "verified")
        #expect(report.injected == 30 && report.discrepanciesFound == 30 && report.falseAlarms == 0)
        #expect(report.repaired == 27 && report.waived == 3 && report.signedOff)
        return report
    }

    @Test(.timeLimit(.minutes(3 * Patience.factor))) func endsWithOneObjectThatSaysNothingWasLost() throws {
        let scratch = try TemporaryFolder("banyan-demo-test")
        let report = try report(
            of: ["--folder", scratch.file("insurer")], in: scratch, within: .seconds(120))
        #expect(report.sourceTransactions > 100 && report.applied == report.sourceChanges)
        #expect(report.quarantined.values.reduce(0, +) > 0)
    }

    @Test(.timeLimit(.minutes(5 * Patience.factor))) func losesNothingBetweenTwoServersOfItsOwn() throws {
        let scratch = try TemporaryFolder("banyan-demo-test")
        // The servers run as a user of their own, who has to reach their folders inside this one.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        let folder = DemoFolder(path: scratch.file("insurer"))
        let report = try report(
            of: ["--postgres", "--folder", folder.path], in: scratch, within: .seconds(240))
        #expect(report.sourceTransactions > 100 && report.applied == report.sourceChanges)
        #expect(report.relayedEvents > 0)
        #expect(report.quarantined.values.reduce(0, +) > 0)
        // Its servers have gone with it; whoever works in this folder has it in its arguments.
        #expect(try processes(naming: folder.path).isEmpty)
    }

    @Test(.timeLimit(.minutes(10 * Patience.factor))) func takesItsProcessesAlongWhenItIsInterrupted() throws
    {
        let scratch = try TemporaryFolder("banyan-demo-test")
        let folder = DemoFolder(path: scratch.file("insurer"))
        let demo = try ChildProcess(
            "demo", program: try MirrorUnderFire.program(),
            arguments: ["demo", "--policies", "200", "--folder", folder.path],
            output: scratch.file("story.txt"))
        try Wait.until("the writer", within: .seconds(30)) {
            FileManager.default.fileExists(atPath: folder.witness("clerks"))
        }
        demo.send(SIGINT)
        try Wait.until("the demonstration's end", within: .seconds(20)) { !demo.isRunning }
        #expect(demo.ending == .exited(130))
        // Whoever works on this folder has it in its arguments.
        #expect(try processes(naming: folder.path).isEmpty)
    }

    @Test func refusesToShowNothing() throws {
        let scratch = try TemporaryFolder("banyan-demo-test")
        let demo = try ChildProcess(
            "demo", program: try MirrorUnderFire.program(), arguments: ["demo", "--kills", "1"],
            output: scratch.file("story.txt"))
        try Wait.until("the refusal", within: .seconds(20)) { !demo.isRunning }
        #expect(demo.ending == .exited(64))
    }

    /// Processes whose arguments mention a text; one that ends meanwhile has no arguments to read.
    private func processes(naming text: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { Int($0) != nil }.filter {
            process in
            guard let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
                return false
            }
            return String(decoding: data, as: UTF8.self).contains(text)
        }
    }
}
