import ArgumentParser
import Demo
import Foundation
import Glibc
import Insurer

/// `banyan demo`: the insurer's migration on this machine, from end to end.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Migrate an old insurer under load, kill the engine on the way, and check what came of it.",
        discussion: """
            Makes up a policy administration, lets people work on it, mirrors it into a service, kills the \
            engine at random moments, and has everything compared by checks that know nothing of Banyan. \
            Nothing needs to be installed. With --postgres both systems are on PostgreSQL servers, which \
            it starts and stops itself; PostgreSQL must be installed for that.

            Exits with 0 when nothing was lost and nothing doubled, with 4 when something is wrong.

            Example: banyan demo --policies 5000
            Example: banyan demo --folder ./insurer --kills 10
            Example: banyan demo --postgres --headless --format json
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(help: "Policies of the old system.") var policies = 20_000
    @Option(help: "Decides the old system and what people do to it, but not when the engine dies.") var seed:
        UInt64 = 1
    @Option(help: "Keep everything in this folder instead of a temporary one.") var folder: String?
    @Flag(help: "Do not remove the temporary folder in the end.") var keep = false
    @Flag(help: "Tell no story.") var headless = false
    @Option(help: "text, or json for one object on standard output (the story then goes to standard error).")
    var format = Format.text
    @Flag(help: "Keep both systems on two PostgreSQL servers of its own, not in files.") var postgres = false
    @Option(help: "How often the engine is killed; 3 at least.") var kills = 3
    @Option(help: "Transactions a second of the people at work.") var rate = 150.0

    func run() throws {
        var settings = DemoSettings(program: try Self.program())
        settings.policies = policies
        settings.seed = seed
        settings.folder = folder
        settings.isKept = keep
        settings.kills = kills
        settings.rate = rate
        settings.isOnServers = postgres
        let report: DemoReport
        do {
            report = try DemoScript(settings: settings, story: story) { folder in
                try DemoCertificate.issue(plan: folder.plan)
            }.run()
        } catch let error as DemoError where error.code == .setting {
            throw ValidationError(error.description)
        } catch let error as DemoError where error.code == .interrupted {
            throw ExitCode(130)
        }
        if format == .json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        }
        if !report.isSuccess { throw ExitCode(4) }
    }

    private var story: Story {
        if headless { return .silent }
        let file: FileHandle = format == .json ? .standardError : .standardOutput
        return Story(isTerminal: isatty(file.fileDescriptor) == 1) { text in
            // Whoever has stopped listening does not keep the demonstration from its end.
            try? file.write(contentsOf: Data(text.utf8))
        }
    }

    /// The file of this program, whatever name it was called by.
    private static func program() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}
