import Foundation
import PostgreSQL
import PostgresCluster
import Synchronization
import TestKit

/// The server that tests of capture share: commits are in the log's file at once, and nobody cleans up by
/// himself.
enum CapturedServer {
    private struct Started: Sendable {
        let folder: TemporaryFolder
        // Databases are made under the lock; everything else asks the server itself.
        nonisolated(unsafe) let cluster: PostgresCluster
    }

    private static let started = Mutex<Started?>(nil)
    private static let numbers = Mutex(0)
    static let settings = ["synchronous_commit": "on", "autovacuum": "off", "wal_writer_delay": "10ms"]

    /// A number that no other has.
    static func number() -> Int {
        numbers.withLock { number in
            number += 1
            return number
        }
    }

    /// A fresh, empty database.
    static func makeDatabase(_ sql: String = "") throws -> PostgresDatabase {
        let name = "captured_\(number())"
        let address = try started.withLock { present in
            let server = try present ?? start()
            present = server
            unsafe try server.cluster.connect().execute("CREATE DATABASE \(name)")
            return unsafe server.cluster.address(name)
        }
        return try PostgresDatabase(address: address, sql)
    }

    private static func start() throws -> Started {
        let folder = try TemporaryFolder("banyan-captured")
        let cluster = try makeCluster(in: folder)
        atexit {
            CapturedServer.started.withLock { server in
                unsafe server?.cluster.kill()
                // Its folder goes with it.
                server = nil
            }
        }
        return Started(folder: folder, cluster: cluster)
    }

    /// A server of one's own, to be stopped and started.
    static func makeCluster(in folder: TemporaryFolder, settings: [String: String] = [:]) throws
        -> PostgresCluster
    {
        // The server runs as a user of its own, who has to reach its folder inside this one.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        return try PostgresCluster(
            in: folder.file("cluster"), isDurable: false,
            settings: Self.settings.merging(settings) { $1 })
    }
}
