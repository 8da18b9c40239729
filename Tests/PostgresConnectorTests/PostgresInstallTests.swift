import Capture
import Dispatch
import PostgreSQL
import Synchronization
import TestKit
import Testing

@testable import PostgresConnector

/// Installing while others write to several tables: nobody's transaction ends for it.
@Suite struct PostgresInstallTests {
    /// An installation in a thread of its own, and its outcome.
    private final class Installing: Sendable {
        private let outcome = Mutex<Result<[String], any Error>?>(nil)
        private let done = DispatchSemaphore(value: 0)

        init(_ request: PostgresCapture.Request, at address: PostgresAddress) {
            DispatchQueue.global().async { [self] in
                let result = Result { try PostgresCapture.install(request, at: address).tables }
                outcome.withLock { $0 = result }
                done.signal()
            }
        }

        func end() throws -> [String] {
            guard done.wait(timeout: .now() + 60) == .success else {
                throw DeadlinePassed(what: "the installation", limit: .seconds(60))
            }
            return try outcome.withLock { try $0?.get() ?? [] }
        }
    }

    /// Waits until the installation is held up by the writer.
    private func waitUntilHeldUp(by writer: PostgresConnection, _ app: PostgresConnection) throws {
        try waitUntil("an installation that waits", within: .seconds(30)) {
            try app.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND $1::int = ANY (pg_blocking_pids(pid))
                """,
                ["\(writer.backend)"]
            ).integer(0, 0) ?? 0 > 0
        }
    }

    /// The writer has written to the last table, and goes on to the first.
    @Test(arguments: [false, true]) func aWriterGoesOnFromTableToTableWhileTheyAreInstalled(isAddition: Bool)
        throws
    {
        let database = try CapturedServer.makeDatabase(
            """
            CREATE TABLE first (id int PRIMARY KEY); CREATE TABLE a (id int PRIMARY KEY);
            CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY)
            """)
        let address = try PostgresAddress(database.address)
        let name = PostgresCapture.name(of: "i\(CapturedServer.number())")
        if isAddition { try PostgresCapture.install(.init(name: name, tables: ["first"]), at: address) }
        let writer = try database.connect()
        try writer.execute("SET deadlock_timeout = '10ms'; SET lock_timeout = '20s'")
        try writer.execute("BEGIN; INSERT INTO c VALUES (1)")
        var request = PostgresCapture.Request(name: name, tables: ["first", "a", "b", "c"])
        request.lockLimitMilliseconds = 30_000
        let installing = Installing(request, at: address)
        try waitUntilHeldUp(by: writer, database.app)
        try writer.execute("INSERT INTO b VALUES (1); INSERT INTO a VALUES (1)")
        try writer.execute("COMMIT")
        #expect(try installing.end().sorted() == ["a", "b", "c", "first"])
        _ = try database.app.query("SELECT pg_drop_replication_slot($1)", [name])
    }

    @Test func aSlotThatIsBeingMadeIsNotTakenForOne() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let address = try PostgresAddress(database.address)
        let name = PostgresCapture.name(of: "i\(CapturedServer.number())")
        let writer = try database.connect()
        try writer.execute("BEGIN; INSERT INTO t VALUES (1)")
        let installing = Installing(.init(name: name, tables: ["t"]), at: address)
        try waitUntilHeldUp(by: writer, database.app)
        let second = #expect(throws: CaptureError.self) {
            try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address)
        }
        #expect(
            second?.code == .unavailable && second?.message.contains("is being made by process") ?? false,
            "\(second.map { "\($0)" } ?? "none")")
        try writer.execute("COMMIT")
        #expect(try installing.end() == ["t"])
        #expect(try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address).tables == ["t"])
        try PostgresCapture.uninstall(name, at: address)
    }

    @Test func aSlotWithoutItsPublicationIsRefused() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let address = try PostgresAddress(database.address)
        let name = PostgresCapture.name(of: "i\(CapturedServer.number())")
        try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address)
        try database.app.execute("DROP PUBLICATION \(name)")
        for _ in 0..<2 {
            let error = #expect(throws: CaptureError.self) {
                try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address)
            }
            #expect(error?.code == .tampered)
            #expect(try PostgresCapture.installed(name, at: address) == nil)
        }
        #expect(try PostgresCapture.uninstall(name, at: address) == ["slot \(name)"])
        try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address)
        try PostgresCapture.uninstall(name, at: address)
    }

    /// What the slot waited for may have emptied a partition; that was before everything that is captured.
    @Test func whatWasDoneToTablesBeforeTheSlotStopsNobody() throws {
        let database = try CapturedServer.makeDatabase(
            """
            CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE leaf PARTITION OF p DEFAULT; INSERT INTO p VALUES (1)
            """)
        let address = try PostgresAddress(database.address)
        let name = PostgresCapture.name(of: "i\(CapturedServer.number())")
        let writer = try database.connect()
        try writer.execute("BEGIN; TRUNCATE leaf; INSERT INTO p VALUES (2)")
        let installing = Installing(.init(name: name, tables: ["p"]), at: address)
        try waitUntilHeldUp(by: writer, database.app)
        try writer.execute("COMMIT")
        #expect(try installing.end() == ["p"])
        let source = try PostgresSource(address, capture: name, name: "legacy")
        _ = try source.open(after: nil)
        try database.app.execute("INSERT INTO p VALUES (3)")
        try waitUntil("the change", within: .seconds(20)) { try source.next(byteLimit: 1 << 20) != nil }
    }
}
