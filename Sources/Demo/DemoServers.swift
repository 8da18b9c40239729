import Foundation
import PostgresCluster

/// The two PostgreSQL servers of a demonstration, started on free ports of the loopback interface.
final class DemoServers {
    private let legacy: PostgresCluster
    private let service: PostgresCluster
    /// The policy administration's database.
    let legacyAddress: String
    /// The endorsement service's database.
    let serviceAddress: String

    /// Makes and starts both.
    ///
    /// - Parameter path: The folder that their files are put into.
    /// - Throws: `PostgresClusterError` when PostgreSQL is not installed or a server does not come up.
    init(in path: String) throws {
        // A server may run as a user of its own, who must reach its folder.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        legacy = try PostgresCluster(in: path + "/legacy-server")
        service = try PostgresCluster(in: path + "/service-server")
        legacyAddress = try legacy.makeDatabase("legacy")
        serviceAddress = try service.makeDatabase("endorsements")
    }

    /// Stops both, as their operator would.
    func stop() throws {
        try legacy.stop()
        try service.stop()
    }
}
