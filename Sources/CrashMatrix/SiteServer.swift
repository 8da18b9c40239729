import Foundation
import PostgreSQL
import PostgresCluster
import Synchronization

/// The PostgreSQL server on which trials find their databases, two each.
///
/// It is not what is put on trial: nobody kills it, so it is spared syncing.
final class SiteServer: Sendable {
    /// The databases of one site.
    struct Pair {
        let number: Int
        let legacy: String
        let service: String
    }

    private let folder: String
    // Used under the lock alone.
    private nonisolated(unsafe) var cluster: PostgresCluster?
    private let made = Mutex(0)

    /// A server in a folder, which is started when it is first asked for.
    init(in folder: String) { self.folder = folder }

    /// Two new, empty databases.
    func makePair() throws -> Pair {
        try made.withLock { made in
            made += 1
            let cluster = try unsafe self.cluster ?? start()
            return Pair(
                number: made, legacy: try cluster.makeDatabase("legacy_\(made)"),
                service: try cluster.makeDatabase("service_\(made)"))
        }
    }

    /// Removes databases, with what captures have left there, when nobody uses them any more.
    func remove(_ pair: Pair) {
        made.withLock { _ in
            do {
                guard let connection = try unsafe cluster?.connect() else { return }
                _ = try connection.query(
                    """
                    SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots
                    WHERE database = $1 AND active_pid IS NOT NULL
                    """, ["legacy_\(pair.number)"])
                _ = try connection.query(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = $1",
                    ["legacy_\(pair.number)"])
                for name in ["legacy", "service"] {
                    try connection.execute("DROP DATABASE \(name)_\(pair.number) WITH (FORCE)")
                }
            } catch {
                // What stays goes with the server.
                return
            }
        }
    }

    /// Ends the server.
    func end() { made.withLock { _ in unsafe cluster = nil } }

    private func start() throws -> PostgresCluster {
        // The server may run as a user of its own, who must reach its folder.
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        let started = try PostgresCluster(in: folder + "/cluster", isDurable: false)
        unsafe cluster = started
        return started
    }
}
