import Foundation
import SQLite

/// Makes the policy administration that the demo migrates: any size, the same for the same seed.
package struct InsurerGenerator: Sendable {
    /// Policies written with their versions in the order of booking: ids of different policies interleave
    /// within such a block, as they do in a system that many people use, while memory stays bounded.
    private static let block = 4_096

    private let policies: Int
    private let seed: UInt64

    /// A generator of so many policies, with about three versions each.
    package init(policies: Int = 20_000, seed: UInt64 = 1) {
        self.policies = policies
        self.seed = seed
    }

    /// Makes the database in one transaction; a file in write-ahead mode.
    ///
    /// - Parameter address: A file that does not exist yet, or an empty database in a file or on a server.
    /// - Returns: What was made.
    /// - Throws: `InsurerError` when it holds a policy administration already; `SQLiteError`,
    ///   `PostgresError`.
    @discardableResult
    package func generate(into address: String) throws -> PortfolioSummary {
        guard InsurerAddress.isServer(address) else { return try generate(file: address) }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "insurer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer {
            // What stays in the temporary folder is in nobody's way.
            try? FileManager.default.removeItem(at: scratch)
        }
        let file = scratch.appending(path: "legacy.db").path
        let summary = try generate(file: file)
        try PortfolioLoader(file: file, address: address).load()
        return summary
    }

    private func generate(file path: String) throws -> PortfolioSummary {
        guard policies > 0 else {
            throw InsurerError(
                .setting, "a portfolio of \(policies) policies", hint: "Ask for at least one policy.")
        }
        let connection = try SQLiteConnection(path: path, access: .create)
        let tables = try connection.integer("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'policy'")
        guard tables == 0 else {
            throw InsurerError(
                .alreadyGenerated, "\(path) holds policies already",
                hint: "Remove the file or choose another name.")
        }
        try connection.execute("PRAGMA journal_mode = WAL")
        let summary = try connection.immediate {
            try connection.execute(ExampleFile.legacy.text)
            return try fill(connection)
        }
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return summary
    }

    private func fill(_ connection: SQLiteConnection) throws -> PortfolioSummary {
        let composer = PolicyComposer(seed: seed)
        var desk = try PortfolioWriter(connection, seed: seed)
        try desk.writeAgents()
        var start = 0
        while start < policies {
            let drafts = (start..<min(start + Self.block, policies)).map(composer.policy)
            for draft in drafts { try desk.write(draft) }
            // Swift's sort is stable by implementation, not by promise: the place breaks ties.
            let versions = drafts.flatMap(\.versions).enumerated().sorted { left, right in
                (left.element.booked, left.element.bookedSecond, left.offset)
                    < (right.element.booked, right.element.bookedSecond, right.offset)
            }
            for version in versions { try desk.write(version.element) }
            start += drafts.count
        }
        return try desk.finish()
    }
}
