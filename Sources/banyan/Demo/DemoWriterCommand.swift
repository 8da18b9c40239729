import ArgumentParser
import Foundation
import Insurer

/// The people at work on the demo's old system; started by `banyan demo`, and ended by it.
struct DemoWriterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-writer", abstract: "Work on the demo's old system until told to stop.",
        shouldDisplay: false)

    @Option(help: "The old system's database: a file, or an address on a server.") var legacy: String
    @Option(help: "The file that remembers what was done.") var witness: String
    @Option(help: "The writer's name.") var name = "clerks"
    @Option(help: "Decides what is done.") var seed: UInt64 = 1
    @Option(help: "Transactions a second; as many as possible by default.") var rate: Double?
    @Option(help: "Stop after so many transactions.") var limit: Int?

    func run() throws {
        StopSignal.listen()
        var settings = InsurerWriter.Settings(legacy: legacy, witness: witness)
        settings.name = name
        settings.seed = seed
        settings.rate = rate
        settings.limit = limit
        let starter = getppid()
        let summary = try InsurerWriter(settings).run {
            // Without whoever started it, nobody would ever stop it.
            StopSignal.isRaised() || getppid() != starter
        }
        print(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
    }
}
