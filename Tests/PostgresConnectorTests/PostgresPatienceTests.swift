import Apply
import Foundation
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// A store whose server says nothing: gone on from when nothing is to be expected any more, waited for while
/// it works.
@Suite struct PostgresPatienceTests {
    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1)"

    /// Longer than the patience, and no longer than a test may take.
    private static let work = "SELECT pg_catalog.pg_sleep(2)"

    @Test func aServerThatIsAtWorkIsWaitedFor() throws {
        let database = try PostgresServer.makeDatabase(Self.table)
        let connection = try database.connect()
        try connection.waitForWork(asking: .milliseconds(200))
        #expect(try connection.query(Self.work).count == 1)
        try connection.execute(Self.work)
        #expect(try connection.query("SELECT v FROM t").text(0, 0) == "1")
        let hasty = try database.connect()
        hasty.patience = .milliseconds(200)
        let error = #expect(throws: PostgresError.self) { try hasty.query(Self.work) }
        #expect(error?.recovery == .retry && hasty.isLost)
    }

    /// What comes slowly comes: each byte is a sign of life.
    @Test func anAnswerThatComesSlowlyIsReadToItsEnd() throws {
        let database = try PostgresServer.makeDatabase(Self.table)
        let proxy = try TCPProxy(
            to: UInt16(try #require(database.port)),
            rule: ProxyRule(toClient: ProxyFlowRule(isDribbled: true)))
        defer { proxy.stop() }
        let connection = try PostgresConnection(
            try PostgresAddress(database.address(port: Int(proxy.port))), application: "test")
        try connection.waitForWork(asking: .milliseconds(300))
        let answer = try connection.query("SELECT repeat('x', 200000)")
        #expect(answer.text(0, 0)?.utf8.count == 200_000)
    }

    /// A server that lets nobody else in is at work all the same; and one that does not say what it does.
    @Test func aServerThatCannotBeAskedIsWaitedFor() throws {
        let database = try PostgresServer.makeDatabase(Self.table)
        let role = "lonely_\(database.address.filter(\.isNumber))"
        try database.app.execute("CREATE ROLE \(role) LOGIN CONNECTION LIMIT 1")
        let alone = try PostgresConnection(
            try PostgresAddress(
                database.address.replacing("postgres://postgres@", with: "postgres://\(role)@")),
            application: "test")
        try alone.waitForWork(asking: .milliseconds(200))
        #expect(try alone.query(Self.work).count == 1)
        let silent = try database.connect()
        try silent.execute("SET track_activities = off")
        try silent.waitForWork(asking: .milliseconds(200))
        #expect(try silent.query(Self.work).count == 1)
    }

    /// What a network swallows has no answer, and the session that it was for keeps its locks: it is ended.
    @Test func aStoreBehindASilentNetworkIsReachedAnewAndItsLocksAreFree() throws {
        let database = try PostgresServer.makeDatabase(Self.table)
        let proxy = try TCPProxy(to: UInt16(try #require(database.port)))
        defer { proxy.stop() }
        let store = try PostgresTarget(
            try PostgresAddress(database.address(port: Int(proxy.port))), name: "service")
        store.patience = .milliseconds(300)
        _ = try store.claim("s")
        try store.begin()
        try store.transaction.execute("UPDATE t SET v = 2")
        proxy.interrupt(.swallow)
        let error = #expect(throws: TargetError.self) {
            try store.wrapping { try store.transaction.execute("UPDATE t SET v = 3") }
        }
        #expect(error?.recovery == .retry)
        store.rollback()
        try store.begin()
        try store.transaction.execute("SET LOCAL lock_timeout = '5s'; UPDATE t SET v = v + 10")
        try store.commit()
        #expect(try database.app.query("SELECT v FROM t").text(0, 0) == "11")
    }

    @Test func rowsThatAreCopiedIntoSilenceAreGivenUp() throws {
        let database = try PostgresServer.makeDatabase(Self.table)
        let proxy = try TCPProxy(to: UInt16(try #require(database.port)))
        defer { proxy.stop() }
        let connection = try PostgresConnection(
            try PostgresAddress(database.address(port: Int(proxy.port))), application: "test")
        connection.patience = .milliseconds(300)
        let copy = "COPY t FROM STDIN (FORMAT text)"
        #expect(try connection.copy(copy) { send in try send(Array("2\t2\n".utf8)) } == 1)
        let silent = #expect(throws: PostgresError.self) {
            try connection.copy(copy) { send in
                proxy.interrupt(.swallow)
                try send(Array("3\t3\n".utf8))
            }
        }
        #expect(silent?.recovery == .retry)
        let refused = try database.connect()
        refused.patience = .seconds(20)
        let error = #expect(throws: PostgresError.self) {
            try refused.copy("COPY nowhere FROM STDIN") { _ in Issue.record("nobody waits for rows") }
        }
        #expect(error?.sqlState == "42P01")
        #expect(try refused.query("SELECT count(*) FROM t").text(0, 0) == "2")
    }
}
