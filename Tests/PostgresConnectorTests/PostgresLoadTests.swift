import Model
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

@testable import PostgresConnector

/// What a server has to do besides letting its history be read.
@Suite struct PostgresLoadTests {
    private func reading(_ change: (inout HistoryReading) -> Void) -> HistoryReading {
        var reading = HistoryReading()
        change(&reading)
        return reading
    }

    @Test func sessionsOfOthersAreCountedWhileTheyWork() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let address = try PostgresAddress(database.address)
        let load = try PostgresLoad(address, reading { $0.sessionsAtWork = 1 })
        // No transaction stays open, which would hold up what other tests install.
        let number = CapturedServer.number()
        _ = try database.app.query("SELECT pg_advisory_lock(\(number))")
        let report = "report \(number)"
        let waiting = try PostgresConnection(address, application: report)
        let (_, measured) = try waiting.run("SELECT pg_advisory_lock(\(number))", PostgresParameters()) {
            try waitUntil("the session to be at work") {
                try database.app.query(
                    "SELECT FROM pg_stat_activity WHERE application_name = $1 AND state = 'active'", [report]
                ).count == 1
            }
            let measured = try load.measure()
            _ = try database.app.query("SELECT pg_advisory_unlock(\(number))")
            return measured
        }
        // Other tests share the server.
        #expect(measured.sessionsAtWork ?? 0 >= 1)
        #expect(measured.standbyLag == nil && measured.isHeld == nil)
    }

    @Test func theStreamOfACaptureIsNoStandby() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY)", ["t"])
        let source = try captured.open(after: nil)
        let load = try PostgresLoad(captured.address, reading { $0.standbyLag = .seconds(1) })
        #expect(try load.measure().standbyLag == 0)
        _ = try source.words()
    }

    /// A standby says how far it is when it is sent something, and every ten seconds.
    @Test func aStandbyThatStandsStillIsBehindForAsLongAsItDoes() throws {
        let folder = try TemporaryFolder("standby")
        let primary = try CapturedServer.makeCluster(in: folder)
        let standby = try PostgresCluster(standbyOf: primary, in: folder.file("standby"))
        let (app, copy) = (try primary.connect(), try standby.connect())
        try app.execute("CREATE TABLE t (id int)")
        let load = try PostgresLoad(
            try PostgresAddress(primary.address()), reading { $0.standbyLag = .seconds(1) })
        func lag() throws -> Double { try #require(try load.measure().standbyLag) }
        try waitUntil("the standby follows") {
            try app.query("SELECT FROM pg_stat_replication WHERE state = 'streaming'").count == 1
                && lag() < 0.5
        }
        try copy.execute("SELECT pg_wal_replay_pause()")
        try app.execute("INSERT INTO t VALUES (1)")
        var seen: [Double] = []
        try waitUntil("it is three seconds behind", within: .seconds(30)) {
            seen.append(try lag())
            _ = try app.query("SELECT pg_sleep(0.2)")
            return seen.last ?? 0 > 3
        }
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0 <= $1 }, "\(seen)")
        try copy.execute("SELECT pg_wal_replay_resume()")
        try waitUntil("it has caught up") { try lag() < 0.5 }
        // A server that nobody writes to is not behind, however long that lasts.
        try waitUntil("everything is replayed") { try lag() == 0 }
        _ = try app.query("SELECT pg_sleep(1)")
        #expect(try lag() < 0.5)
    }

    @Test(arguments: [
        ("SELECT held FROM switch", true), ("SELECT NOT held FROM switch", false),
        ("SHOW default_transaction_read_only", nil),
        ("SELECT held FROM switch WHERE false", nil), ("SELECT 1", nil), ("SELECT held FROM nowhere", nil),
        ("UPDATE switch SET held = false RETURNING held", nil),
    ])
    func aQueryDecides(_ query: String, _ expected: Bool?) throws {
        let database = try CapturedServer.makeDatabase(
            "CREATE TABLE switch (held bool); INSERT INTO switch VALUES (true)")
        let load = try PostgresLoad(try PostgresAddress(database.address), reading { $0.query = query })
        // What fails once does not fail for good.
        for _ in 0..<2 {
            if let expected {
                #expect(try load.measure().isHeld == expected)
            } else {
                #expect(throws: PostgresError.self) { try load.measure() }
            }
        }
    }

    /// A role that may not see what others do is told so, and what would help.
    @Test func aRoleThatMayNotLookIsTold() throws {
        let database = try CapturedServer.makeDatabase("CREATE TABLE t (id int PRIMARY KEY)")
        let role = "role_\(CapturedServer.number())"
        try database.app.execute("CREATE ROLE \(role) LOGIN")
        let address = try PostgresAddress(
            database.address.replacing("postgres://postgres@", with: "postgres://\(role)@"))
        let load = try PostgresLoad(address, reading { $0.sessionsAtWork = 1 })
        let error = #expect(throws: PostgresError.self) { try load.measure() }
        #expect(error?.message.contains("GRANT pg_read_all_stats TO \(role)") == true)
        try database.app.execute("GRANT pg_read_all_stats TO \(role)")
        #expect(try load.measure().sessionsAtWork != nil)
    }
}
