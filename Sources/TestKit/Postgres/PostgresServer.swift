import Foundation
import PostgreSQL
import PostgresCluster
import Synchronization

/// The server that the tests of this process share; each test makes a database of its own on it.
package enum PostgresServer {
    private struct Started: Sendable {
        let folder: TemporaryFolder
        // Databases are made under the lock; everything else asks the server itself.
        nonisolated(unsafe) let cluster: PostgresCluster
    }

    private static let started = Mutex<Started?>(nil)
    private static let numbers = Mutex(0)

    /// A new, empty database.
    ///
    /// - Parameters:
    ///   - sql: What is made in it.
    ///   - encoding: In what it keeps its texts; nil for UTF8.
    package static func makeDatabase(_ sql: String = "", encoding: String? = nil) throws -> PostgresDatabase {
        let number = numbers.withLock { number in
            number += 1
            return number
        }
        let name = "test_\(number)"
        let options =
            encoding.map { " TEMPLATE template0 ENCODING '\($0)' LC_COLLATE 'C' LC_CTYPE 'C'" } ?? ""
        let address = try started.withLock { present in
            let server = try present ?? start()
            present = server
            unsafe try server.cluster.connect().execute("CREATE DATABASE \(name)\(options)")
            return unsafe server.cluster.address(name)
        }
        return try PostgresDatabase(address: address, sql)
    }

    private static func start() throws -> Started {
        let folder = try TemporaryFolder("banyan-postgres")
        // The server runs as a user of its own, who has to reach its folder inside this one.
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let cluster = try PostgresCluster(in: folder.file("cluster"), isDurable: false)
        atexit {
            PostgresServer.started.withLock { server in
                unsafe server?.cluster.kill()
                // Its folder goes with it.
                server = nil
            }
        }
        return Started(folder: folder, cluster: cluster)
    }
}
