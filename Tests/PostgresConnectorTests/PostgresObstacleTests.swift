import Apply
import Capture
import Foundation
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

@testable import PostgresConnector

/// Servers and roles on which nothing can be captured or written, and the statement that changes it.
@Suite struct PostgresObstacleTests {
    /// A server whose settings are as a fresh installation has them, or worse.
    @Test func settingsThatStandInTheWayAreNamedWithWhatChangesThem() throws {
        let folder = try TemporaryFolder("obstacle-postgres")
        let cluster = try CapturedServer.makeCluster(
            in: folder,
            settings: [
                "wal_level": "replica", "max_replication_slots": "1", "max_wal_senders": "0",
                "default_transaction_read_only": "on",
            ])
        let app = try cluster.connect()
        try app.execute("SET default_transaction_read_only = off")
        try app.execute("CREATE TABLE t (id int PRIMARY KEY)")
        _ = try app.query("SELECT pg_create_physical_replication_slot('other')")
        let address = try PostgresAddress(cluster.address())
        let found = try PostgresCapture.obstacles(.init(name: "banyan_t", tables: ["t"]), at: address)
        #expect(
            found.map(\.remedy) == [
                "ALTER ROLE postgres IN DATABASE postgres SET default_transaction_read_only = off",
                "ALTER SYSTEM SET wal_level = 'logical'; then restart the server",
                "ALTER SYSTEM SET max_replication_slots = 5; then restart the server",
                "ALTER SYSTEM SET max_wal_senders = 10; then restart the server",
            ])
        let error = #expect(throws: CaptureError.self) {
            try PostgresCapture.install(.init(name: "banyan_t", tables: ["t"]), at: address)
        }
        #expect(error?.message.contains("3 more") ?? false, "\(String(describing: error))")
        let store = try PostgresStoreObstacles.all(["t"], at: address)
        #expect(store.map(\.remedy) == [found.first?.remedy])
        #expect(try PostgresStoreObstacles.control(at: address) == store)
    }

    @Test func aSlotOfAnothersIsNotTaken() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let address = try PostgresAddress(database.address)
        for (kind, words) in [
            ("pg_create_physical_replication_slot('$')", "physical"),
            ("pg_create_logical_replication_slot('$', 'test_decoding')", "plugin test_decoding"),
        ] {
            let name = PostgresCapture.name(of: "slot\(CapturedServer.number())")
            _ = try database.app.query("SELECT \(kind.replacing("$", with: name))")
            let error = #expect(throws: CaptureError.self) {
                try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address)
            }
            #expect(error?.message.contains(words) ?? false, "\(String(describing: error))")
            #expect(try PostgresCapture.installed(name, at: address) == nil)
            _ = try database.app.query("SELECT pg_drop_replication_slot($1)", [name])
        }
    }

    /// `a-1` and `a_1` are one name in a server.
    @Test func aMigrationWhoseNameComesToAnothersIsRefused() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let address = try PostgresAddress(database.address)
        let number = CapturedServer.number()
        let name = PostgresCapture.name(of: "a-\(number)")
        try #require(name == PostgresCapture.name(of: "a_\(number)"))
        var request = PostgresCapture.Request(name: name, tables: ["t"])
        request.owner = "a-\(number)/legacy"
        try PostgresCapture.install(request, at: address)
        let own = try PostgresCapture.install(request, at: address)
        request.owner = "a_\(number)/legacy"
        let error = #expect(throws: CaptureError.self) { try PostgresCapture.install(request, at: address) }
        #expect(error?.message.contains("belongs to a-\(number)/legacy") ?? false)
        let uninstalled = #expect(throws: CaptureError.self) {
            try PostgresCapture.uninstall(name, of: request.owner, at: address)
        }
        #expect(uninstalled?.code == .unsupported)
        #expect(try PostgresCapture.installed(name, at: address)?.nonce == own.nonce)
        #expect(
            try PostgresCapture.uninstall(name, of: "a-\(number)/legacy", at: address)
                == ["slot \(name)", "publication \(name)"])
    }

    /// What a role is told to be given in a store is enough to write there, and is all that it needs.
    @Test(arguments: [false, true])
    func aStoreIsOpenedWithWhatItsObstaclesSay(isSchemaThere: Bool) throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let role = "writer_\(CapturedServer.number())"
        try database.app.execute("CREATE ROLE \(role) LOGIN")
        if isSchemaThere {
            try database.app.execute("CREATE SCHEMA banyan; GRANT USAGE ON SCHEMA banyan TO \(role)")
        }
        let address = try PostgresAddress(
            database.address.replacing("postgres://postgres@", with: "postgres://\(role)@"))
        let found = try PostgresStoreObstacles.all(["t"], at: address).map(\.remedy)
        #expect(found.count == 2)
        #expect(throws: TargetError.self) { try PostgresTarget(address, name: "service") }
        for statement in found { try database.app.execute(statement) }
        #expect(try PostgresStoreObstacles.all(["t"], at: address).isEmpty)
        _ = try PostgresTarget(address, name: "service").claim("s")
        _ = try PostgresTarget(address, name: "service").claim("s")
    }

    /// A role with nothing is told everything it lacks; with that and no more, nothing stands in its way.
    @Test func whatARoleLacksIsWhatItIsToldToBeGiven() throws {
        let database = try CapturedServer.makeDatabase(
            """
            CREATE SCHEMA inner_works; CREATE TABLE inner_works.t (id int PRIMARY KEY);
            CREATE TABLE seen (id int PRIMARY KEY); ALTER TABLE seen ENABLE ROW LEVEL SECURITY
            """)
        let number = CapturedServer.number()
        let (role, owner) = ("role_\(number)", "owner_\(number)")
        try database.app.execute(
            """
            CREATE ROLE \(role) LOGIN; CREATE ROLE \(owner);
            ALTER TABLE inner_works.t OWNER TO \(owner); ALTER TABLE seen OWNER TO \(owner)
            """)
        let address = try PostgresAddress(
            database.address.replacing("postgres://postgres@", with: "postgres://\(role)@"))
        let name = PostgresCapture.name(of: "r\(number)")
        let request = PostgresCapture.Request(name: name, tables: ["inner_works.t", "seen"])
        func obstacles() throws -> [PostgresObstacle] {
            try PostgresCapture.obstacles(request, at: address)
                + PostgresStoreObstacles.all(request.tables, at: address)
        }
        let found = try obstacles()
        let words = found.map(\.remedy)
        for expected in [
            "ALTER ROLE \(role) REPLICATION", "GRANT USAGE ON SCHEMA inner_works TO \(role)",
            "GRANT SELECT ON TABLE \"inner_works\".\"t\" TO \(role)", "GRANT \(owner) TO \(role)",
            "ALTER ROLE \(role) BYPASSRLS", "CREATE SCHEMA banyan AUTHORIZATION \(role)",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE \"public\".\"seen\" TO \(role)",
        ] {
            #expect(words.contains(expected), "\(expected) in \(words)")
        }
        for statement in Set(words).sorted() { try database.app.execute(statement) }
        #expect(try obstacles().map(\.message) == [])
        let installed = try PostgresCapture.install(request, at: address)
        #expect(installed.tables == ["inner_works.t", "seen"])
        _ = try PostgresTarget(address, name: "service").claim("s")
        try PostgresCapture.uninstall(name, at: address)
    }
}
