import ArgumentParser
import Foundation
import Insurer

/// The nightly batch of the demo's old system.
struct DemoBatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-batch", abstract: "Run the nightly batch of the demo's old system.",
        shouldDisplay: false)

    @Option(help: "The old system's database: a file, or an address on a server.") var legacy: String
    @Option(help: "The file that remembers what was done.") var witness: String
    @Flag(help: "Work premiums out anew, too.") var rerate = false

    func run() throws {
        let summary = try InsurerBatch(legacy: legacy, witness: witness, rerates: rerate).run()
        print(String(decoding: try JSONEncoder().encode(summary), as: UTF8.self))
        if !summary.isCommitted { throw ExitCode(2) }
    }
}
