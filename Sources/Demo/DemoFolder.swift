import Foundation
package import Insurer
import SQLite

/// The files of one demonstration: the two databases, the plan between them, and what others remember.
package struct DemoFolder: Sendable {
    /// Where it is.
    package let path: String
    /// The old tables that the plan reads: versions, policies, decisions.
    package static let historyTables = 3

    /// The folder at a path, which need not exist.
    package init(path: String) { self.path = path }

    /// A new name in the system's temporary folder.
    package static func temporary() -> DemoFolder {
        DemoFolder(
            path: FileManager.default.temporaryDirectory
                .appending(path: "banyan-demo-" + UUID().uuidString.prefix(8).lowercased()).path)
    }

    /// The policy administration's database.
    package var legacy: String { path + "/legacy.db" }
    /// The endorsement service's database.
    package var service: String { path + "/endorsements.db" }
    /// The migration plan.
    package var plan: String { path + "/plan.yaml" }
    /// Where the engine keeps its status, and takes requests.
    package var control: String { path + "/state/control.db" }
    /// The log of captured changes.
    package var log: String { path + "/state/log/legacy.log" }
    /// The file to which events are relayed.
    package var events: String { path + "/events.jsonl" }
    /// The certificate.
    package var certificate: String { path + "/certificate.json" }

    /// What a writer remembers.
    package func witness(_ writer: String) -> String { path + "/witness/\(writer).tsv" }

    /// Where a process says what it does.
    package func output(of process: String) -> String { path + "/output/\(process).txt" }

    /// What every writer so far remembers.
    package func witnesses() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + "/witness").sorted().map {
            path + "/witness/" + $0
        }
    }

    /// Makes the folder with the monolith, the empty service and the plan.
    ///
    /// - Returns: What the monolith holds.
    /// - Throws: `InsurerError` when there is a monolith already; whatever the file system says.
    @discardableResult
    package func prepare(policies: Int, seed: UInt64) throws -> PortfolioSummary {
        for folder in [path, path + "/witness", path + "/output"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        let summary = try InsurerGenerator(policies: policies, seed: seed).generate(into: legacy)
        let store = try SQLiteConnection(path: service, access: .create)
        try store.execute("PRAGMA journal_mode = WAL")
        try store.execute(ExampleFile.service.text)
        for (file, text) in [
            ("plan.yaml", ExampleFile.plan.text), ("examples.yaml", ExampleFile.examples.text),
        ] {
            try Data(text.utf8).write(to: URL(filePath: path + "/" + file))
        }
        return summary
    }

    /// Removes the folder with everything in it.
    package func remove() throws { try FileManager.default.removeItem(atPath: path) }
}
