import Audit
import Foundation
package import Insurer
import SQLite

/// The files of one demonstration: the two databases, unless servers keep them, the plan between them, and
/// what others remember.
package struct DemoFolder: Sendable {
    /// Where it is.
    package let path: String
    /// The old tables that the plan reads: versions, policies, decisions.
    package static let historyTables = 3

    /// The policy administration's database: a file, or an address on a server.
    package let legacy: String
    /// The endorsement service's database, likewise.
    package let service: String

    /// The folder at a path, which need not exist.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - legacy: The address of the policy administration's empty database; nil for a file in the folder.
    ///   - service: The address of the endorsement service's; nil for a file in the folder.
    package init(path: String, legacy: String? = nil, service: String? = nil) {
        self.path = path
        self.legacy = legacy ?? path + "/legacy.db"
        self.service = service ?? path + "/endorsements.db"
    }

    /// A new name in the system's temporary folder.
    package static func temporary() -> DemoFolder {
        DemoFolder(
            path: FileManager.default.temporaryDirectory
                .appending(path: "banyan-demo-" + UUID().uuidString.prefix(8).lowercased()).path)
    }

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

    /// The key that the audit chain is signed with.
    package var auditKey: String { path + "/audit.pem" }
    /// Where the chain's signed ends are kept as well.
    package var auditHeads: String { path + "/audit-heads.jsonl" }

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
        try makeService()
        for (file, text) in [("plan.yaml", try planText()), ("examples.yaml", ExampleFile.examples.text)] {
            try Data(text.utf8).write(to: URL(filePath: path + "/" + file))
        }
        return summary
    }

    /// Has the audit chain signed, with a key that is made for it.
    package func signAudit() throws {
        try AuditKey().write(to: auditKey)
        let text = try String(contentsOfFile: plan, encoding: .utf8)
        let section =
            "\n# Who did what: each entry is signed with this key, and each signed end kept in a file.\n"
            + "audit: { key: audit.pem, heads: audit-heads.jsonl }\n"
        try Data((text + section).utf8).write(to: URL(filePath: plan))
    }

    /// Looks into the service's database, where Banyan's own tables are found without their schema.
    package func openService() throws -> any InsurerSystem {
        let system = try InsurerAddress.open(service)
        if system.dialect == .postgres { try system.execute("SET search_path = public, \(Self.ownSchema)") }
        return system
    }

    /// The outbox in the service's database.
    package var outbox: String {
        InsurerAddress.isServer(service) ? "\(Self.ownSchema).banyan_outbox" : "banyan_outbox"
    }

    /// Where a server keeps Banyan's own tables.
    private static let ownSchema = "banyan"

    private func makeService() throws {
        if InsurerAddress.isServer(service) {
            return try InsurerAddress.open(service, writes: true).execute(ExampleFile.servicePostgres.text)
        }
        let store = try SQLiteConnection(path: service, access: .create)
        try store.execute("PRAGMA journal_mode = WAL")
        try store.execute(ExampleFile.service.text)
    }

    /// The example's plan, with the systems where they are.
    private func planText() throws -> String {
        var text = ExampleFile.plan.text
        for (file, address) in [("legacy.db", legacy), ("endorsements.db", service)]
        where InsurerAddress.isServer(address) {
            let named = "{ sqlite: \(file) }"
            guard text.contains(named) else {
                throw DemoError(
                    .file, "the example's plan has no system \(named)",
                    hint: "Change plan.yaml and this together.")
            }
            text = text.replacing(named, with: "{ postgres: \"\(address)\" }")
        }
        return text
    }

    /// Removes the folder with everything in it.
    package func remove() throws { try FileManager.default.removeItem(atPath: path) }
}
