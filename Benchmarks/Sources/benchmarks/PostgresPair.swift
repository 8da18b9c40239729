import Foundation
import PostgreSQL
import PostgresCluster

/// Two private servers that sync every commit, and the folder of one migration between them.
struct PostgresPair {
    let scratch: Scratch
    let legacy: PostgresCluster
    let service: PostgresCluster

    init() throws {
        scratch = try Scratch()
        // The servers may run as a user of their own, who must reach their folders.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.path)
        legacy = try PostgresCluster(in: scratch.file("legacy"))
        service = try PostgresCluster(in: scratch.file("service"))
    }

    /// Makes the databases of a round, two on the service's server, and the folder of its migration.
    ///
    /// - Parameters:
    ///   - name: The round's name, which is the migration's, too.
    ///   - plan: The plan of a migration called `bench`.
    func makeRound(_ name: String, plan: String) throws -> PostgresRound {
        let folder = scratch.file(name)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try plan.replacing("migration: bench", with: "migration: \(name)").write(
            toFile: folder + "/plan.yaml", atomically: true, encoding: .utf8)
        return PostgresRound(
            name: name, folder: folder, cluster: legacy, legacy: try legacy.makeDatabase("\(name)_legacy"),
            ours: try service.makeDatabase("\(name)_ours"), peer: try service.makeDatabase("\(name)_peer"))
    }
}
